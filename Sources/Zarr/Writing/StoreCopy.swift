internal import Support

#if canImport(Darwin)
internal import Darwin
#else
internal import Glibc
#endif

extension ZarrStore {
  /// The bytes that a copy holds in memory at a time.
  private static let pieceBytes = 1 << 24

  /// Copies all files of the store to an empty folder, as they are.
  ///
  /// - Parameters:
  ///   - folder: The folder.
  ///   - isLeftOut: Returns whether an object of the root is left out, by its name.
  /// - Throws: ``ZarrError``; `CancellationError`.
  package func copyFiles(to folder: String, leavingOut isLeftOut: (String) -> Bool) throws {
    try copyFiles(of: "", to: folder) { isLeftOut($0) }
  }

  private func copyFiles(
    of key: String, to folder: String, leavingOut isLeftOut: (String) -> Bool
  ) throws {
    let names = try failing(at: key) { () throws(StoreFailure) in try bytes.children(of: key) }
    for name in names where !isLeftOut(name) {
      try Task.checkCancellation()
      let inner = join(key, name)
      let size = try failing(at: inner) { () throws(StoreFailure) in try bytes.size(of: inner) }
      guard let size else {
        try StoreFiles.createFolder("\(folder)/\(name)")
        try copyFiles(of: inner, to: "\(folder)/\(name)") { _ in false }
        continue
      }
      try copy(inner, size, to: "\(folder)/\(name)")
    }
  }

  private func copy(_ key: String, _ size: Int, to path: String) throws {
    let failure = { ZarrError.cannotWrite(path: path, reason: systemReason()) }
    guard let file = unsafe Descriptor(open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666))
    else { throw failure() }
    let number = file.number
    for start in stride(from: 0, to: size, by: Self.pieceBytes) {
      try Task.checkCancellation()
      let part = start..<min(start + Self.pieceBytes, size)
      let piece = try failing(at: key) { () throws(StoreFailure) in
        try bytes.read(key, spare: nil) { found throws(StoreFailure) in
          guard found == size else { throw .unreadable("it was changed while it was copied") }
          return part
        }
      }
      guard let piece else { throw Location(name: key, path: self.path).unreadable("it is gone") }
      guard StoreFiles.append(piece, to: number) else { throw failure() }
    }
    guard retrying({ Int(fsync(number)) }) == 0 else { throw failure() }
  }

  private func failing<Value>(
    at key: String, _ body: () throws(StoreFailure) -> Value
  ) throws(ZarrError) -> Value {
    try Self.mapping(Location(name: key, path: path), body)
  }
}
