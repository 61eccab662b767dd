package import HDF5

/// Writes an HDF5 file completely or not at all.
///
/// - Parameters:
///   - path: The file to create or replace.
///   - permissions: The mode of a new file before the umask. The default is `0o666`.
///   - source: A file whose bytes are copied before the new one is opened; `nil`, the
///     default, for an empty one.
///   - body: The closure that writes to the open file.
/// - Throws: ``OutputError``, and errors of `body` about other files.
package func writeHDF5(
  to path: String, permissions: UInt32 = 0o666, copyOf source: String? = nil,
  _ body: (borrowing File) throws -> Void
) throws {
  let output = try AtomicOutput(to: path, permissions: permissions)
  let temporary = output.temporaryPath
  do {
    if let source {
      if let reason = try copyBytes(ofFileAt: source, toFileAt: temporary) {
        throw OutputError.cannotWrite(path: path, reason: reason)
      }
    }
    let file = source == nil ? try File(creatingAt: temporary) : try File(editingAt: temporary)
    try body(file)
    try file.close()
  } catch let error as HDF5Error where error.filePath == temporary {
    // The temporary name would be of no help to the user.
    throw OutputError.cannotWrite(path: path, reason: error.reason)
  }
  try output.commit()
}

extension HDF5Error {
  /// The file that the error is about.
  var filePath: String {
    switch self {
    case .cannotOpen(let path, _), .cannotCreate(let path, _), .cannotFinish(let path, _),
      .cannotRead(_, let path, _), .cannotWrite(_, let path, _), .noSuchObject(_, let path, _),
      .noSuchAttribute(_, _, let path, _), .wrongKind(_, let path, _, _),
      .wrongElements(_, let path, _, _), .shapeMismatch(_, let path, _, _),
      .outOfRange(_, let path, _, _), .tooLarge(_, let path, _, _), .missingFilter(_, let path, _),
      .damagedChunk(_, let path, _, _, _), .notStored(_, let path, _, _),
      .endlessStrings(_, let path):
      path
    }
  }

  /// The error without the file's name.
  fileprivate var reason: String {
    switch self {
    case .cannotCreate(_, let reason), .cannotFinish(_, let reason): reason
    case .cannotOpen(_, let reason): reason.description
    case .cannotWrite(let name, _, let reason): "'\(name)': \(reason)"
    default: description
    }
  }
}
