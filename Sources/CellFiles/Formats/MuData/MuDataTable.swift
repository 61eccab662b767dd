internal import HDF5

/// The cells' table of a modality in an `.h5mu` file: its own `obs`, with further columns from the
/// `obs` of the whole file.
///
/// The whole file's table has one row for each cell of any modality. `obsmap` gives the row in the
/// modality, counted from 1, or 0 if the modality lacks the cell. A column `rna:donor` belongs to
/// the modality `rna`. It is listed if the modality has no column `donor`, and can always be read
/// on request.
struct MuDataTable: ColumnTable {
  let name: String
  let columns: [String]

  private let own: Table
  private let shared: Table?
  private let modality: String

  /// Reads the list of columns.
  ///
  /// - Throws: `HDF5Error` and ``CellFileError`` if a table is damaged.
  init(own: Table, modality: String, in file: borrowing Container) throws {
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
        // Do not list a modality's own columns twice, nor the columns of other modalities.
        return prefix == "\(modality):" && !present.contains(String(column.dropFirst(prefix.count)))
      }
  }

  func reads(_ column: String) -> Bool { shared?.columns.contains(column) ?? false }

  func column(_ column: String, ofFileAt path: String) throws -> Column {
    let file = try Container(readingAt: path)
    guard let shared, !own.columns.contains(column) else {
      return try own.column(column, in: file)
    }
    let values = try shared.column(column, in: file)
    let map = try file.read("obsmap/\(modality)", as: Int.self)
    guard map.count == values.count else {
      throw CellFileError.lengthMismatch(
        path: path, object: "obsmap/\(modality)", found: map.count, expected: values.count)
    }
    func damaged(_ reason: String) -> CellFileError {
      .badRowMap(path: path, object: "obsmap/\(modality)", reason: reason)
    }
    // No modality has more cells than the whole file.
    var rowOfCell = [Int](repeating: -1, count: min(max(0, map.max() ?? 0), map.count))
    for (row, cell) in map.enumerated() where cell != 0 {
      guard (1...map.count).contains(cell) else {
        throw damaged("entry \(row) is \(cell), but there are \(map.count) cells")
      }
      guard rowOfCell[cell - 1] < 0 else {
        throw damaged("entries \(rowOfCell[cell - 1]) and \(row) are both \(cell)")
      }
      rowOfCell[cell - 1] = row
    }
    if let cell = rowOfCell.firstIndex(of: -1) {
      throw damaged("no entry is \(cell + 1), but one is \(rowOfCell.count)")
    }
    return values.selecting(rows: rowOfCell)
  }
}
