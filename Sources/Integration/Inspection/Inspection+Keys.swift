internal import CellFiles
internal import CountData
internal import Foundation
internal import Support

extension Inspection {
  /// Finds columns with a single value in each batch, whose differences would be removed with the
  /// batch effect.
  ///
  /// - Parameters:
  ///   - files: The inspected files.
  ///   - companions: The files beside the matrices.
  ///   - batchKey: The column of `obs` that names the batches, or several, comma-separated. If it
  ///     is `nil`, each of several files is a batch; for one file each column that looks like a
  ///     batch key is tried.
  /// - Returns: One sentence per key.
  /// - Throws: `CellFileError`, `HDF5Error` if a file cannot be opened again.
  static func keyNotices(
    _ files: [File], _ companions: Companions, batchKey: String?
  ) throws -> [String] {
    let opened = try files.map { file in
      let readings = try CellFileContents(ofFileAt: file.path, companions: companions).readings
      var options = readings.first ?? ReadingOptions()
      options.companions = companions
      return try CellFile(readingAt: file.path, options: options)
    }
    let several: [String?] =
      batchKey.map { [$0] }
      ?? (files.count > 1
        ? [nil] : files[0].columns.filter { $0.looksLikeBatchKey && $0.missing == 0 }.map(\.name))
    var found: [(columns: [FixedColumn], keys: [String])] = []
    for key in several {
      let keys =
        key.map { key in
          opened.allSatisfy { $0.columnNames.contains(key) }
            ? [key]
            : key.split(separator: ",").map { $0.trimmed }
        } ?? []
      guard let batches = try? BatchAssignment(files: opened, keys: keys) else { continue }
      let columns = fixedColumns(of: opened, batches: batches, keys: keys)
      let named = key.map { [$0] } ?? []
      if let same = found.firstIndex(where: { $0.columns.map(\.words) == columns.map(\.words) }) {
        found[same].keys += named
      } else {
        found.append((columns, named))
      }
    }
    return found.compactMap { fixedColumnNotice($0.columns, keys: $0.keys) }
  }
}

extension BatchAssignment {
  /// Makes the batches by some columns, or by file.
  fileprivate init(files: [CellFile], keys: [String]) throws {
    guard !keys.isEmpty else {
      self.init(
        names: files.map(\.path),
        batchOfCell: zip(files, Int32(0)...).flatMap { [Int32](repeating: $1, count: $0.cellCount) }
      )
      return
    }
    self.init(combining: try keys.map { try BatchAssignment(column: $0, of: files) })
  }
}
