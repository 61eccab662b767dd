import CellFiles
import HDF5
internal import Support
import Testing
import TestSupport

@Suite struct ColumnTests {
  let made: MadeFiles

  init() throws { made = try MadeFiles() }

  /// A file of three cells with the columns that `fill` writes.
  func file(_ columns: [String], _ fill: (borrowing File) throws -> Void) throws -> CellFile {
    try CellFile(
      readingAt: made.make { file in
        try file.writeMatrix([[1, 0], [0, 2], [3, 0]], at: "X", of: Float.self)
        try file.writeTable("obs", index: ["a", "b", "c"], columns: columns)
        try file.writeTable("var", index: ["x", "y"])
        try fill(file)
      })
  }

  @Test func `plain columns of every type`() throws {
    let file = try file(["s", "i", "u", "f", "b"]) {
      try $0.write(strings: ["q", "", "p"], at: "obs/s")
      try $0.write([1, -2, 3] as [Int16], at: "obs/i")
      try $0.write([1, 2, 200] as [UInt8], at: "obs/u")
      try $0.write([0.5, 2, .nan], at: "obs/f")
      try $0.write(booleans: [true, false, true], at: "obs/b")
    }
    #expect(file.columnNames == ["s", "i", "u", "f", "b"])
    #expect(try file.column("s") == .strings(["q", "", "p"]))
    #expect(try file.column("i") == .integers([1, -2, 3]))
    #expect(try file.column("u") == .integers([1, 2, 200]))
    #expect(try file.column("b") == .booleans([true, false, true]))
    #expect(try file.column("s").labels() == ["q", "", "p"])
    #expect(try file.column("i").labels() == ["1", "-2", "3"])
    #expect(try file.column("f").labels() == ["0.5", "2.0", nil])
    #expect(try file.column("b").labels() == ["True", "False", "True"])
  }

  @Test func `categories, of which some are missing`() throws {
    let file = try file(["c"]) {
      try $0.writeCategorical("obs/c", codes: [1, -1, 0], categories: ["T", "B"], ordered: true)
    }
    let column = try file.column("c")
    #expect(column == .categorical(codes: [1, -1, 0], categories: ["T", "B"], ordered: true))
    #expect(column.labels() == ["B", nil, "T"])
  }

  @Test func `categories that are numbers or truth values`() throws {
    let file = try file(["n", "b"]) {
      try $0.write([1, 0, 1] as [Int8], at: "obs/n/codes")
      try $0.write([2.0, 10.0], at: "obs/n/categories")
      try $0.write([1, 0, 1] as [Int8], at: "obs/b/codes")
      try $0.write(booleans: [false, true], at: "obs/b/categories")
    }
    #expect(try file.column("n").labels() == ["10.0", "2.0", "10.0"])
    #expect(try file.column("b").labels() == ["True", "False", "True"])
  }

  @Test func `categories as anndata 0,7 wrote them, with and without the reference`() throws {
    let file = try file(["c", "d"]) {
      for name in ["c", "d"] { try $0.write([0, 1, -1] as [Int8], at: "obs/\(name)") }
      try $0.write(strings: ["T", "B"], at: "obs/__categories/other")
      try $0.setAttribute("ordered", of: "obs/__categories/other", to: .boolean(true))
      try $0.setAttribute("categories", of: "obs/c", to: .reference("obs/__categories/other"))
      try $0.write(strings: ["N", "K"], at: "obs/__categories/d")
    }
    #expect(
      try file.column("c")
        == .categorical(codes: [0, 1, -1], categories: ["T", "B"], ordered: true))
    #expect(try file.column("d").labels() == ["N", "K", nil])
    #expect(file.columnNames == ["c", "d"])
  }

  @Test func `values with a mask`() throws {
    let file = try file(["i", "b", "s"]) {
      for name in ["i", "b", "s"] {
        try $0.write(booleans: [false, true, false], at: "obs/\(name)/mask")
      }
      try $0.write([1, 2, 3], at: "obs/i/values")
      try $0.write(booleans: [true, true, false], at: "obs/b/values")
      try $0.write(strings: ["x", "", "y"], at: "obs/s/values")
    }
    #expect(try file.column("i") == .integers([1, nil, 3]))
    #expect(try file.column("b") == .booleans([true, nil, false]))
    #expect(try file.column("s") == .strings(["x", nil, "y"]))
    #expect(try file.column("b").labels() == ["True", nil, "False"])
  }

  @Test func `levels come in the order that suits the type`() {
    func expect(_ column: Column, _ names: [String], _ ofRow: [Int32]) {
      let levels = column.levels()
      #expect(levels.names == names)
      #expect(levels.ofRow == ofRow)
    }
    expect(.strings(["b", nil, "a", "b"]), ["a", "b"], [1, -1, 0, 1])
    expect(.integers([10, 9, nil]), ["9", "10"], [1, 0, -1])
    expect(.floats([10, .nan, 9.5]), ["9.5", "10.0"], [1, -1, 0])
    expect(.booleans([true, false, nil]), ["False", "True"], [1, 0, -1])
    expect(
      .categorical(codes: [2, 0, -1], categories: ["z", "unused", "a"], ordered: false),
      ["z", "a"], [1, 0, -1])
  }

  @Test func `columns about genes`() throws {
    let path = try made.make { file in
      try file.writeMatrix([[1, 0]], at: "X", of: Float.self)
      try file.writeTable("obs", index: ["a"])
      try file.writeTable("var", index: ["x", "y"], columns: ["n"])
      try file.write([5, 6], at: "var/n")
    }
    let file = try CellFile(readingAt: path)
    #expect(file.varColumnNames == ["n"])
    #expect(try file.varColumn("n") == .integers([5, 6]))
    #expect(
      made.text { _ = try file.varColumn("m") }
        == "'a.h5ad' has no column 'm' in 'var'; there are: n")
  }

  @Test func `a table whose index is called otherwise, and whose order is not said`() throws {
    let path = try made.make { file in
      try file.writeMatrix([[1, 0]], at: "X", of: Float.self)
      try file.write(strings: ["cell"], at: "obs/barcode")
      try file.write([1], at: "obs/n")
      try file.setAttribute("_index", of: "obs", to: .string("barcode"))
      try file.write(strings: ["x", "y"], at: "var/index")
    }
    let file = try CellFile(readingAt: path)
    #expect(file.cellNames == ["cell"])
    #expect(file.columnNames == ["n"])
    #expect(file.genes.map(\.name) == ["x", "y"])
  }

  @Test func `which columns look like a batch`() throws {
    let names = [
      "n_genes", "batch", "Donor_ID", "cell_type_source", "orig.ident", "resource", "sampleName",
      "library", "labels", "lab", "barcode_batch",
    ]
    let path = try made.make { file in
      let cells = (0..<8).map { "c\($0)" }
      try file.writeMatrix(cells.map { _ in [1, 2] }, at: "X", of: Float.self)
      try file.writeTable("obs", index: cells, columns: names)
      try file.writeTable("var", index: ["x", "y"])
      for name in names.dropLast(2) {
        try file.write(strings: (0..<8).map { "\($0 % 3)" }, at: "obs/\(name)")
      }
      try file.write(strings: (0..<8).map { _ in "one" }, at: "obs/lab")
      try file.write(strings: cells, at: "obs/barcode_batch")
    }
    #expect(
      try CellFile(readingAt: path).batchKeyCandidates()
        == ["batch", "Donor_ID", "orig.ident", "sampleName", "library"].map {
          BatchKeyCandidate(name: $0, levels: 3)
        })
  }
}

extension ColumnTests {
  @Test func `columns with missing values, as anndata 0,12 writes them`() throws {
    let file = try CellFile(readingAt: fixture("nullable.h5ad"))
    #expect(try file.column("whole").levels().names == ["1", "2"])
    #expect(try file.column("truth").levels().names == ["False", "True"])
    #expect(try file.column("plain_truth").levels().names == ["False", "True"])
    for name in ["whole_missing", "truth_missing", "category_missing", "text"] {
      #expect(try file.column(name).labels()[0] == nil, "\(name)")
      #expect(throws: CellFileError.self) { try JoinedCells([file], batchKey: name) }
    }
    #expect(try JoinedCells([file], batchKey: "truth").batches.cellCounts == [12, 12])
    let flags = try CellFile(readingAt: fixture("integers.h5ad"))
    #expect(try JoinedCells([flags], batchKey: "flag").batches.cellCounts == [8, 16])
  }
}
