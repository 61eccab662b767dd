import CellFiles
import Foundation
import HDF5
import Testing
import TestSupport

/// All rows of a matrix, zeros too; checks on the way that blocks are as they promise.
func rows(
  of matrix: some ExpressionMatrix, atMost blockValues: Int = .max,
  sourceLocation: SourceLocation = #_sourceLocation
) throws -> [[Double]] {
  var rows: [[Double]] = []
  try matrix.forEachRowBlock(as: Double.self) { block in
    #expect(block.firstRow == rows.count, sourceLocation: sourceLocation)
    #expect(
      block.values.count <= blockValues || block.rowCount == 1, sourceLocation: sourceLocation)
    #expect(!block.values.contains(0), sourceLocation: sourceLocation)
    for row in 0..<block.rowCount {
      let range = block.starts[row]..<block.starts[row + 1]
      let genes = block.genes[range]
      #expect(
        zip(genes, genes.dropFirst()).allSatisfy { $0 < $1 }, sourceLocation: sourceLocation)
      var values = [Double](repeating: 0, count: matrix.geneCount)
      for k in range { values[Int(block.genes[k])] = block.values[k] }
      rows.append(values)
    }
  }
  #expect(rows.count == matrix.cellCount, sourceLocation: sourceLocation)
  return rows
}

/// A folder in which a test makes its files.
struct MadeFiles {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  func path(_ name: String) -> String { folder.path(name) }

  var folderName: String { folder.url.lastPathComponent }

  /// Makes a file and closes it.
  @discardableResult
  func make(_ name: String = "a.h5ad", _ fill: (borrowing File) throws -> Void) throws -> String {
    try FileManager.default.createDirectory(
      atPath: (path(name) as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
    let file = try File(creatingAt: path(name))
    try fill(file)
    try file.close()
    return path(name)
  }

  /// The text of what `body` throws, with the folder left out.
  func text(_ body: () throws -> Void) -> String {
    do {
      try body()
      return "nothing was thrown"
    } catch {
      return "\(error)".replacing(folder.url.path + "/", with: "")
    }
  }

  /// The text of what opening and reading a made file throws.
  func failure(
    _ options: ReadingOptions = .init(), name: String = "a.h5ad",
    _ fill: (borrowing File) throws -> Void
  ) -> String {
    text {
      let file = try CellFile(readingAt: try make(name, fill), options: options)
      try file.forEachRowBlock(as: Float.self) { _ in }
    }
  }
}
