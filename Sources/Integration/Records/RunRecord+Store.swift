internal import CountData
internal import Support

extension RunRecord.Store {
  /// Makes the record of a store.
  init(_ store: CountStore) {
    bytes = store.bytes.count
    guard case .scratchFile(let folder) = store.bytes.place else { return }
    scratchFolder = folder
    scratchIsInMemory = ScratchFolder.isInMemory(folder)
  }

  /// The notice about a scratch file; `nil` if there was none.
  package var sentence: String? {
    scratchFolder.map { folder in
      "the counts of the selected genes, \(ByteCount(bytes)), were stored in a scratch file in '\(folder)', "
        + "because they exceed half of `memory`"
        + (scratchIsInMemory ? "; that folder is in memory, so this saved no memory" : "")
    }
  }
}
