internal import CountData
internal import Machine

extension RunRecord.Store {
  /// What is told of a store.
  init(_ store: CountStore) {
    bytes = store.bytes.count
    guard case .scratchFile(let folder) = store.bytes.place else { return }
    scratchFolder = folder
    scratchIsInMemory = ScratchFolder.isInMemory(folder)
  }

  /// What the user may like to know of a scratch file; `nil` where there was none.
  public var sentence: String? {
    scratchFolder.map { folder in
      "the counts of the selected genes, \(ByteCount(bytes)), were in a scratch file in '\(folder)', "
        + "as they did not fit half of '--memory'"
        + (scratchIsInMemory ? "; that folder is held in memory, so it saved none" : "")
    }
  }
}
