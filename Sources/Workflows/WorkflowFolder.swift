package import CellFiles
internal import Foundation

/// Writes the files of a wrapper to a folder, which is created if it does not exist.
///
/// All files are checked first: if an existing file differs, nothing is written. Each file appears
/// under its name when it is complete.
///
/// - Parameters:
///   - files: The files.
///   - folder: The path of the folder.
///   - replaces: `true` to replace existing files that differ. The default is `false`.
/// - Returns: The paths of the written files; identical existing files are not written again.
/// - Throws: `OutputError` if the folder cannot be created, if a file is in the way, or if writing
///   fails.
package func write(
  _ files: [WorkflowFile], toFolder folder: String, replaces: Bool = false
) throws(OutputError) -> [String] {
  try makeFolder(folder)
  var missing: [(path: String, contents: Data)] = []
  for file in files {
    let path = folder.hasSuffix("/") ? folder + file.name : "\(folder)/\(file.name)"
    let contents = Data(file.text.utf8)
    if FileManager.default.fileExists(atPath: path) {
      try AtomicOutput.check(path)
      if FileManager.default.contents(atPath: path) == contents { continue }
      guard replaces else {
        throw .cannotCreate(
          path: path,
          reason: .other("a different file of this name exists; '--force' replaces it"))
      }
    }
    missing.append((path, contents))
  }
  for (path, _) in missing {
    if let slash = path.lastIndex(of: "/") { try makeFolder(String(path[..<slash])) }
    try AtomicOutput.check(path)
  }
  for (path, contents) in missing {
    let output = try AtomicOutput(to: path)
    do {
      try contents.write(to: URL(filePath: output.temporaryPath))
    } catch {
      throw .cannotWrite(path: path, reason: reason(of: error))
    }
    try output.commit()
  }
  return missing.map(\.path)
}

private func makeFolder(_ folder: String) throws(OutputError) {
  if FileManager.default.fileExists(atPath: folder) {
    guard FileManager.default.fileExists(atPath: folder + "/.") else {
      throw .cannotCreate(path: folder, reason: .notAFolder(folder))
    }
    return
  }
  do {
    try FileManager.default.createDirectory(
      atPath: folder, withIntermediateDirectories: true)
  } catch {
    throw .cannotCreate(path: folder, reason: .other(reason(of: error)))
  }
}

/// Returns the system's reason for a failed write.
private func reason(of error: any Error) -> String {
  guard let posix = (error as? CocoaError)?.underlying as? POSIXError else { return "\(error)" }
  return unsafe String(cString: strerror(posix.code.rawValue))
}
