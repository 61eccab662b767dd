internal import CellFiles
internal import Foundation

/// A file of cells as it was when it was scanned.
struct ScannedInput: Codable, Equatable, Sendable {
  /// The path, as given.
  var path: String

  /// The size of the file with the counts, in bytes.
  var bytes: Int

  /// The number of its cells.
  var cells: Int

  /// The number of its genes.
  var genes: Int

  /// A checksum of the names of its cells and genes.
  var names: UInt64

  /// Takes what identifies an open file.
  init(_ file: CellFile) {
    path = file.path
    bytes =
      (try? FileManager.default.attributesOfItem(
        atPath: URL(filePath: file.matrixPath).resolvingSymlinksInPath().path)[.size] as? Int) ?? 0
    (cells, genes) = (file.cellCount, file.geneCount)
    var sum = StepChecksum()
    for name in file.cellNames { Self.add(name, to: &sum) }
    for gene in file.genes { Self.add(gene.name, to: &sum) }
    names = sum.value
  }

  private static func add(_ name: String, to sum: inout StepChecksum) {
    let bytes = Array(name.utf8) + [0xFF]  // no byte of UTF-8
    unsafe bytes.withUnsafeBytes { unsafe sum.update($0) }
  }

  /// Returns whether an open file is still the same; its path may differ.
  func isSame(as file: CellFile) -> Bool {
    var now = ScannedInput(file)
    now.path = path
    return now == self
  }
}
