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
      "the counts of the selected genes, \(ByteCount(bytes)), were in a scratch file in '\(folder)', "
        + "as they did not fit half of `memory`"
        + (scratchIsInMemory ? "; that folder is held in memory, so it saved none" : "")
    }
  }
}
