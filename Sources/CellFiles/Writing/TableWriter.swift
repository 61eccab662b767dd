internal import HDF5

/// The format of an embedding's table.
public enum TableFormat: Sendable, Equatable, CaseIterable {
  /// Text with commas between the values.
  case csv

  /// Text with tabs between the values.
  case tsv

  /// ``csv``, compressed with gzip.
  case csvGzip

  /// ``tsv``, compressed with gzip.
  case tsvGzip

  /// A NumPy array of floats, `(n, d)`, without cell names.
  case npy

  /// An HDF5 file with two datasets: `embedding`, `(n, d)`, and `cells`, the cell names.
  case hdf5

  /// The file extension of the format.
  package var ending: String {
    switch self {
    case .csv: ".csv"
    case .tsv: ".tsv"
    case .csvGzip: ".csv.gz"
    case .tsvGzip: ".tsv.gz"
    case .npy: ".npy"
    case .hdf5: ".h5"
    }
  }

  /// A flag that is true if the format is written sequentially, so that it can go to a pipe.
  package var isStream: Bool { self != .hdf5 }

  /// Determines the format from a file's extension, ignoring case; `nil` for an unknown one.
  package init?(path: String) {
    let path = path.lowercased()
    guard let format = Self.allCases.first(where: { path.hasSuffix($0.ending) }) else { return nil }
    self = format
  }
}

/// Writes an embedding as a table with one row per cell.
///
///     cell,scharmonize_1,scharmonize_2
///     AAACCTGAGCAT-1,0.25,-1.5
///
/// Text has the shortest decimal numbers that read back as the same `Float`, in any locale;
/// non-finite values are `NaN`, `Inf` or `-Inf`. Names that contain a separator, a quotation mark
/// or a line end are quoted.
///
/// - Parameters:
///   - path: The file to create or replace; `-` for standard output, with a ``TableFormat`` that is
///     ``TableFormat/isStream``.
///   - cellNames: The cells' names; `[n]`.
///   - table: The embedding; `(n, d)`.
///   - columnPrefix: The prefix of the column names, before the number from 1. The default is
///     `"scharmonize_"`.
///   - format: The format; `nil`, the default, uses the file's extension.
/// - Throws: ``OutputError``; a failure leaves no partial file.
package func writeTable(
  to path: String, cellNames: CellNames, table: DenseTable,
  columnPrefix: String = "scharmonize_", format: TableFormat? = nil
) throws {
  precondition(
    cellNames.count == table.rows, "\(cellNames.count) names for \(table.rows) cells")
  guard let format = format ?? TableFormat(path: path) else {
    throw OutputError.cannotCreate(
      path: path, reason: .unknownEnding(known: TableFormat.allCases.map(\.ending)))
  }
  guard path != "-" || format.isStream else {
    throw OutputError.cannotCreate(
      path: "standard output", reason: .other("HDF5 cannot be written sequentially"))
  }
  let text = TextTable(names: cellNames, table: table, columnPrefix: columnPrefix)
  switch format {
  case .csv: try text.write(to: path, separator: ",", gzip: false)
  case .tsv: try text.write(to: path, separator: "\t", gzip: false)
  case .csvGzip: try text.write(to: path, separator: ",", gzip: true)
  case .tsvGzip: try text.write(to: path, separator: "\t", gzip: true)
  case .npy: try writeNumPy(table, to: path)
  case .hdf5:
    try writeHDF5(to: path) { file in
      try file.write(table, at: "embedding")
      let names = try file.createStringDataset("cells", shape: [cellNames.count])
      try names.write(strings: cellNames, at: 0..<cellNames.count)
    }
  }
}
