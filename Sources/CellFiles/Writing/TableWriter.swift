internal import HDF5

/// How the table of an embedding is written.
public enum TableFormat: Sendable, Equatable, CaseIterable {
  /// Text with commas between the values.
  case csv

  /// Text with tabs between the values.
  case tsv

  /// ``csv`` through gzip.
  case csvGzip

  /// ``tsv`` through gzip.
  case tsvGzip

  /// NumPy's array of floats, `(n, d)`; without the cells' names.
  case npy

  /// HDF5 with two datasets: `embedding`, `(n, d)`, and `cells`, their names.
  case hdf5

  /// What names of files of the format end in.
  public var ending: String {
    switch self {
    case .csv: ".csv"
    case .tsv: ".tsv"
    case .csvGzip: ".csv.gz"
    case .tsvGzip: ".tsv.gz"
    case .npy: ".npy"
    case .hdf5: ".h5"
    }
  }

  /// Whether it is written from its start to its end, so that a pipe takes it.
  public var isStream: Bool { self != .hdf5 }

  /// The format that a file's name asks for, in any case; `nil` where it asks for none.
  public init?(path: String) {
    let path = path.lowercased()
    guard let format = Self.allCases.first(where: { path.hasSuffix($0.ending) }) else { return nil }
    self = format
  }
}

/// Writes an embedding as a table with a row for each cell.
///
///     cell,scharmonize_1,scharmonize_2
///     AAACCTGAGCAT-1,0.25,-1.5
///
/// In text, numbers are the shortest that read back as the same `Float`, in any locale; what
/// is no number is `NaN`, `Inf` or `-Inf`. Names are quoted where they hold a separator, a
/// quotation mark or the end of a line.
///
/// - Parameters:
///   - path: The file to make, or to replace; `-` for standard output, with a ``TableFormat`` that is
///     ``TableFormat/isStream``.
///   - cellNames: The cells' names; `[n]`.
///   - table: The embedding; `(n, d)`.
///   - columnPrefix: What the columns are called, before their number from 1. The default
///     is `"scharmonize_"`.
///   - format: How it is written; `nil`, the default, for what the file's name ends in.
/// - Throws: ``OutputError``; no half-written file is left.
public func writeTable(
  to path: String, cellNames: [String], table: DenseTable,
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
      path: "standard output", reason: .other("HDF5 is not written from its start to its end"))
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
      try file.write(table.values, at: "embedding", shape: [table.rows, table.columns])
      try file.write(strings: cellNames, at: "cells")
    }
  }
}
