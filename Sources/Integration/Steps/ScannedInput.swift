internal import CellFiles
internal import Foundation
internal import Support

/// A file of cells as it was when it was scanned.
struct ScannedInput: Codable, Equatable, Sendable {
  /// The path, as given.
  var path: String

  /// The size of the file with the counts, in bytes; 0 for a folder, whose size tells nothing.
  var bytes: Int

  /// The number of its cells.
  var cells: Int

  /// The number of its genes.
  var genes: Int

  /// A checksum of the names of its cells and genes.
  var names: UInt64

  /// A checksum of the batches of the cells by the column of the scan; 0 without one.
  var batches: UInt64

  /// Takes what identifies an open file.
  ///
  /// - Throws: `CellFileError` about the column with the batches.
  init(_ file: CellFile, _ choices: ScanChoices) throws {
    path = file.path
    let attributes = try? FileManager.default.attributesOfItem(
      atPath: URL(filePath: file.matrixPath).resolvingSymlinksInPath().path)
    let isFolder = attributes?[.type] as? FileAttributeType == .typeDirectory
    bytes = isFolder ? 0 : attributes?[.size] as? Int ?? 0
    (cells, genes) = (file.cellCount, file.geneCount)
    var sum = StepChecksum()
    for name in file.cellNames { Self.add(name, to: &sum) }
    for gene in file.genes { Self.add(gene.name, to: &sum) }
    names = sum.value
    batches = try choices.batchKey.map { try Self.checksum(ofBatches: $0, of: file) } ?? 0
  }

  private static func checksum(ofBatches column: String, of file: CellFile) throws -> UInt64 {
    let batches = try BatchAssignment(column: column, of: [file])
    var sum = StepChecksum()
    for name in batches.names { add(name, to: &sum) }
    unsafe batches.batchOfCell.map(\.littleEndian).withUnsafeBytes { unsafe sum.update($0) }
    return sum.value
  }

  private static func add(_ name: String, to sum: inout StepChecksum) {
    let bytes = Array(name.utf8) + [0xFF]  // no byte of UTF-8
    unsafe bytes.withUnsafeBytes { unsafe sum.update($0) }
  }

  /// Returns whether an open file is still the same; its path may differ.
  ///
  /// - Throws: `CellFileError` about the column with the batches.
  func isSame(as file: CellFile, _ choices: ScanChoices) throws -> Bool {
    hasContents(of: try ScannedInput(file, choices))
  }

  /// Returns whether another file is the same, with any path.
  func hasContents(of other: ScannedInput) -> Bool {
    var other = other
    other.path = path
    return other == self
  }
}
