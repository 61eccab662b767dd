/// The numbers that `cellranger aggr` appends to barcodes, such as `AAAC-1` and `AAAC-2`, one per
/// library.
struct BarcodeSuffixes {
  /// The suffix of each cell.
  let ofCell: [Int]

  /// The name of the column of `obs` with the suffixes.
  static let columnName = "barcode_suffix"

  /// Finds the suffixes; `nil` if a cell has none, or if nearly every cell has its own.
  init?(_ cellNames: [String]) {
    var numbers: [Int] = []
    numbers.reserveCapacity(cellNames.count)
    for name in cellNames {
      guard let dash = name.utf8.lastIndex(of: UInt8(ascii: "-")), dash > name.startIndex else {
        return nil
      }
      let digits = name[name.utf8.index(after: dash)...]
      guard digits.utf8.count <= 6, digits.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }),
        let number = Int(digits), String(number) == digits
      else { return nil }
      numbers.append(number)
    }
    guard 2 * Set(numbers).count <= numbers.count else { return nil }
    ofCell = numbers
  }

  /// The number of distinct suffixes.
  var count: Int { Set(ofCell).count }

  /// The suffixes as labels.
  var column: Column {
    let distinct = Set(ofCell).sorted()
    let codes = Dictionary(uniqueKeysWithValues: zip(distinct, Int32(0)...))
    return .categorical(
      codes: ofCell.map { codes[$0] ?? -1 }, categories: distinct.map(String.init), ordered: false)
  }
}

/// The `aggregation.csv` of `cellranger aggr`, with one row for each barcode suffix, from 1.
struct AggregationTable {
  private let table: DelimitedTable

  /// Recognizes the table by its heading; `nil` for another table.
  init?(_ table: DelimitedTable) {
    let names = table.heading.map { $0.lowercased() }
    guard let first = names.first, ["library_id", "sample_id"].contains(first) else { return nil }
    // A table of cells can have the same columns, but has hundreds of rows.
    guard names.contains(where: { Self.paths.contains($0) }) || table.rows.count < 100 else {
      return nil
    }
    let labels = table.column(0)
    guard Set(labels).count == labels.count else { return nil }
    self.table = table
  }

  /// Columns with paths of inputs, which do not describe cells.
  private static let paths: Set = [
    "molecule_h5", "fragments", "cells", "sample_outs", "vdj_contig_info",
  ]

  /// Returns the columns about cells.
  ///
  /// - Returns: The columns; `nil` if there are more suffixes than rows.
  func frame(_ suffixes: BarcodeSuffixes, of cellNames: [String]) -> DataFrame? {
    guard suffixes.ofCell.allSatisfy({ (1...table.rows.count).contains($0) }) else {
      return nil
    }
    var frame = DataFrame(names: cellNames)
    for (column, name) in table.heading.enumerated()
    where !name.isEmpty && !Self.paths.contains(name.lowercased()) {
      let values = table.column(column)
      frame[name] = Column(readingTexts: suffixes.ofCell.map { values[$0 - 1] })
    }
    return frame
  }

  /// The path of the table.
  var path: String { table.path }

  /// The number of libraries.
  var count: Int { table.rows.count }
}
