import CellFiles
import HDF5
import Testing
import TestSupport

/// Columns that have one value in each batch.
@Suite struct FixedColumnsTests {
  let made: MadeFiles

  init() throws { made = try MadeFiles() }

  private func file(
    _ columns: [(String, [String?])], name: String = "a.h5ad"
  ) throws -> CellFile {
    let cells = columns[0].1.count
    return try CellFile(
      readingAt: made.make(name) { file in
        try file.writeMatrix([[Double]](repeating: [1, 2], count: cells), at: "X", of: Float.self)
        try file.writeTable(
          "obs", index: (0..<cells).map { "\(name)\($0)" }, columns: columns.map(\.0))
        try file.writeTable("var", index: ["x", "y"])
        for (column, labels) in columns {
          let names = Set(labels.compactMap { $0 }).sorted()
          try file.writeCategorical(
            "obs/\(column)", codes: labels.map { label in names.firstIndex { $0 == label } ?? -1 },
            categories: names)
        }
      })
  }

  private func fixed(_ files: [CellFile], key: String?) throws -> [FixedColumn] {
    let joined = try JoinedCells(files, batchKey: key)
    return fixedColumns(of: files, batches: joined.batches, keys: key.map { [$0] } ?? [])
  }

  @Test func `a condition that each donor has one of`() throws {
    let file = try file([
      ("donor", ["1", "2", "3", "4", "1", "2", "3", "4"]),
      ("condition", ["ctrl", "ctrl", "stim", "stim", "ctrl", nil, "stim", "stim"]),
      ("donor_name", ["A", "B", "C", "D", "A", "B", "C", "D"]),
      ("cell_type", ["T", "B", "T", "B", "B", "T", "B", "T"]),
      ("site", ["x", "x", "x", "x", "x", "x", "x", "x"]),
    ])
    let columns = try fixed([file], key: "donor")
    #expect(columns.map(\.name) == ["condition"] && columns.map(\.levels) == [2])
    #expect(
      fixedColumnNotice(columns, keys: ["donor"])
        == "each batch of 'donor' has one value of 'condition' (2 values); differences between "
        + "these values are removed with the batch effect; to compare them after the "
        + "correction, give batches that were measured together the same label")
    #expect(
      fixedColumnNotice(columns, keys: ["a", "b", "c"])?.hasPrefix(
        "each batch of 'a', 'b' or 'c' has one value of 'condition'") == true)
    #expect(fixedColumnNotice([], keys: ["donor"]) == nil)
    #expect(
      fixedColumnNotice(columns, keys: ["donor"], within: "label of 'cell_type'")
        == "each batch of 'donor' has one value of 'condition' (2 values); differences between "
        + "these values are removed with the batch effect within each label of 'cell_type', and "
        + "differences between those are kept; to compare them after the correction, give batches "
        + "that were measured together the same name")
  }

  @Test func `a column is constant within groups whose batches have one value`() {
    let column = FixedColumn(name: "type", ofBatch: ["T", "T", nil, "B", "B"])
    #expect(column.levels == 2)
    #expect(column.isConstant(within: [[0, 1, 2], [3, 4], [], [2]]))
    #expect(!column.isConstant(within: [[0, 1], [1, 3]]))
  }

  @Test func `a condition that is the batch itself, by its name`() throws {
    let file = try file([
      ("batch", ["1", "2", "1", "2"]), ("treatment", ["ctrl", "drug", "ctrl", "drug"]),
      ("library", ["l1", "l2", "l1", "l2"]),
    ])
    #expect(try fixed([file], key: "batch").map(\.name) == ["treatment"])
  }

  @Test func `a condition of each file, and one that varies within`() throws {
    let files = try ["a", "b", "c"].map { name in
      try file(
        [
          ("stim", [String?](repeating: name == "a" ? "yes" : "no", count: 2)),
          ("sorted", ["yes", "no"]),
        ], name: "\(name).h5ad")
    }
    let columns = try fixed(files, key: nil)
    #expect(columns.map(\.name) == ["stim"])
    #expect(
      fixedColumnNotice(columns, keys: [])?.hasPrefix(
        "each file, and so each batch, has one value of 'stim' (2 values); differences between")
        == true)
  }

  @Test func `many columns are counted, those named as conditions first`() throws {
    let columns =
      (0..<10).map { FixedColumn(name: "c\($0)", ofBatch: ["x", "y"]) }
      + [FixedColumn(name: "Disease", ofBatch: ["x", nil, "y", "z", "x"])]
    #expect(
      fixedColumnNotice(columns, keys: ["k"])?.hasPrefix(
        "each batch of 'k' has one value of 'Disease' (3 values), 'c0' (2 values), 'c1' (2 "
          + "values), 'c2' (2 values), 'c3' (2 values), 'c4' (2 values), 'c5' (2 values), 'c6' "
          + "(2 values) and 3 more columns; ") == true)
  }
}
