internal import HDF5

/// What an `.h5mu` says about the cells of a modality: the modality's own `obs`, and what the
/// `obs` of the whole file has beyond it.
///
/// The whole file's table has a row for each cell of any modality, and `obsmap` tells which row of
/// the modality that is, counted from 1, or 0 where the modality lacks the cell. A column `rna:donor`
/// in it is about the modality `rna`: it is listed where that has no `donor` of its own, and read
/// where it is asked for.
struct MuDataTable: ColumnTable {
  let name: String
  let columns: [String]

  private let own: Table
  private let shared: Table?
  private let modality: String

  /// Reads which columns there are.
  ///
  /// - Throws: `HDF5Error` and ``CellFileError``, where a table is damaged.
  init(own: Table, modality: String, in file: borrowing File) throws {
    self.own = own
    self.modality = modality
    name = own.name
    guard try file.kind(of: "obs") == .group, try file.kind(of: "obsmap/\(modality)") == .dataset
    else {
      (shared, columns) = (nil, own.columns)
      return
    }
    let table = try Table(named: "obs", in: file)
    let modalities = try MuData.modalities(in: file)
    let present = Set(own.columns)
    shared = table
    columns =
      own.columns
      + table.columns.filter { column in
        guard !present.contains(column) else { return false }
        guard let prefix = modalities.map({ "\($0):" }).first(where: column.hasPrefix) else {
          return true
        }
        // What the modality says itself is not listed twice, and other modalities' are theirs.
        return prefix == "\(modality):" && !present.contains(String(column.dropFirst(prefix.count)))
      }
  }

  func reads(_ column: String) -> Bool { shared?.columns.contains(column) ?? false }

  func column(_ column: String, ofFileAt path: String) throws -> Column {
    let file = try File(readingAt: path)
    guard let shared, !own.columns.contains(column) else {
      return try own.column(column, in: file)
    }
    let values = try shared.column(column, in: file)
    let map = try file.read("obsmap/\(modality)", as: Int.self)
    guard map.count == values.count else {
      throw CellFileError.lengthMismatch(
        path: path, object: "obsmap/\(modality)", found: map.count, expected: values.count)
    }
    var rowOfCell = [Int](repeating: -1, count: map.max() ?? 0)
    for (row, cell) in map.enumerated() where cell > 0 { rowOfCell[cell - 1] = row }
    if let cell = rowOfCell.firstIndex(of: -1) {
      throw CellFileError.indexOutOfRange(
        path: path, object: "obsmap/\(modality)", position: cell, found: 0, limit: map.count)
    }
    return values.selecting(rows: rowOfCell)
  }
}
