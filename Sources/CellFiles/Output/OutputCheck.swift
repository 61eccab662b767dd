internal import Foundation
internal import Support

/// Finds out, before any work is done, whether an output beside the result can be written.
///
/// - Parameters:
///   - path: The file to write.
///   - option: The option that names it, for messages.
///   - inputs: The files that are read, none of which it may be.
///   - outputs: The other files that are written, none of which it may be.
/// - Throws: ``UsageError``, where it is one of them; `OutputError`, where the
///   folder is missing or can't be written to.
package func checkOutput(
  _ path: String, of option: String, inputs: [String], outputs: [String]
) throws {
  guard path != "-" else {
    throw UsageError(
      "the output of `\(option)` cannot go to standard output; name a file")
  }
  guard !inputs.contains(where: { isSameFile($0, path) }) else {
    throw UsageError(
      "the output of `\(option)` is the input '\(path)'; name another file")
  }
  try AtomicOutput.check(path)
  // A zarr store is a folder, which this file is not.
  for output in outputs
  where try output != "-" && !isFolder(output) && AtomicOutput.makeOneFile(output, path) {
    throw UsageError(
      "the output of `\(option)` is also the output '\(output)'; name two files")
  }
}

/// Returns whether a path leads to a folder.
package func isFolder(_ path: String) -> Bool {
  var status = stat()
  return unsafe stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
}

/// Returns true if two paths lead to one file, through links too.
package func isSameFile(_ a: String, _ b: String) -> Bool {
  func identity(_ path: String) -> [UInt64]? {
    var status = stat()
    guard unsafe stat(path, &status) == 0 else { return nil }
    return [UInt64(status.st_dev), UInt64(status.st_ino)]
  }
  guard let first = identity(a) else { return false }
  return first == identity(b)
}
