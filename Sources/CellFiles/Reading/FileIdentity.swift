#if canImport(Darwin)
internal import Darwin
#else
internal import Glibc
#endif

/// Checks that no two of the files are the same, even through links and folders.
///
/// - Parameter files: The files.
/// - Throws: ``CellFileError/sameFile(first:second:)``.
package func checkAreDifferent(_ files: [CellFile]) throws(CellFileError) {
  var pathOfIdentity: [[UInt64]: String] = [:]
  for file in files {
    var status = stat()
    guard unsafe stat(file.matrixPath, &status) == 0 else { continue }
    let identity = [UInt64(status.st_dev), UInt64(status.st_ino)]
    if let first = pathOfIdentity[identity] {
      throw .sameFile(first: first, second: file.path)
    }
    pathOfIdentity[identity] = file.path
  }
}

/// Returns notices about pairs of files that seem to be copies, with the same cells, genes and
/// first counts.
///
/// - Parameter files: The files.
/// - Returns: One sentence per pair.
/// - Throws: ``CellFileError`` and `HDF5Error` if counts cannot be read.
package func copies(among files: [CellFile]) throws -> [String] {
  var sentences: [String] = []
  for (number, file) in files.enumerated() {
    for other in files[..<number]
    where other.cellCount == file.cellCount && other.storage.storedCount == file.storage.storedCount
      && other.cellNames == file.cellNames && other.genes == file.genes
    {
      guard try firstBlock(of: other) == firstBlock(of: file) else { continue }
      sentences.append(
        "'\(other.path)' and '\(file.path)' hold the same cells with the same counts; "
          + "if one is a copy, leave it out")
    }
  }
  return sentences
}

/// Returns the first counts of a file, with their cells and genes.
private func firstBlock(of file: CellFile) throws -> [Double] {
  struct Enough: Error {}
  var options = file.options
  options.blockValues = 1 << 14
  options.threads = 1
  var found: [Double] = []
  do {
    try CellFile(readingAt: file.path, options: options).forEachRowBlock(as: Double.self) { block in
      found = block.values + block.genes.map(Double.init) + block.starts.map(Double.init)
      throw Enough()
    }
  } catch is Enough {}
  return found
}
