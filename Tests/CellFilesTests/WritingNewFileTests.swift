import CellFiles
import Foundation
import HDF5
import Testing
import TestSupport

/// A matrix in memory, handed out in blocks of two rows.
struct SmallMatrix: ExpressionMatrix {
  let rows: [[Double]]

  var cellCount: Int { rows.count }
  var geneCount: Int { rows.first?.count ?? 0 }

  func forEachRowBlock<Value: StoredNumber>(
    as type: Value.Type, _ body: (RowBlock<Value>) throws -> Void
  ) throws {
    for first in stride(from: 0, to: rows.count, by: 2) {
      var block = RowBlock<Value>(firstRow: first, starts: [0], genes: [], values: [])
      for row in rows[first..<min(first + 2, rows.count)] {
        for (gene, value) in row.enumerated() where value != 0 {
          block.genes.append(Int32(gene))
          block.values.append(Value(exactly: Int(value)) ?? 0)
        }
        block.starts.append(block.values.count)
      }
      try body(block)
    }
  }
}

/// The end of a reading that fails half way.
struct Broken: Error {}

/// A matrix whose reading fails after the first block.
struct BrokenMatrix: ExpressionMatrix {
  let whole: SmallMatrix

  var cellCount: Int { whole.cellCount }
  var geneCount: Int { whole.geneCount }

  func forEachRowBlock<Value: StoredNumber>(
    as type: Value.Type, _ body: (RowBlock<Value>) throws -> Void
  ) throws {
    try whole.forEachRowBlock(as: type) { block in
      if block.firstRow > 0 { throw Broken() }
      try body(block)
    }
  }
}

@Suite struct `Writing: new files` {
  let files: MadeFiles
  let matrix = SmallMatrix(rows: [[1, 0, 2], [0, 0, 0], [0, 70_000, 0], [4, 5, 6], [0, 0, 7]])

  init() throws { files = try MadeFiles() }

  func cells(_ count: Int = 5) -> DataFrame {
    DataFrame(names: (0..<count).map { "cell-\($0)" })
  }

  func genes() -> DataFrame { DataFrame(names: ["A", "B", "C"]) }

  @Test func `a matrix is read back as it was written, in its type`() throws {
    let path = files.path("a.h5ad")
    let types: [(any StoredNumber.Type, ElementType)] = [
      (Int32.self, .integer(bytes: 4, signed: true)), (Float.self, .float(bytes: 4)),
      (Double.self, .float(bytes: 8)), (UInt32.self, .integer(bytes: 4, signed: false)),
      (Int64.self, .integer(bytes: 8, signed: true)),
    ]
    for (type, element) in types {
      try writeAnnData(
        to: path, cells: cells(), genes: genes(), matrix: matrix, storedAs: type)
      let file = try CellFile(readingAt: path)
      #expect(file.storage.element == element)
      #expect(file.storage.layout == .csr)
      #expect(Array(file.cellNames) == cells().names)
      #expect(file.genes.map(\.name) == ["A", "B", "C"])
      #expect(try rows(of: file) == matrix.rows)
    }
    let file = try File(readingAt: path)
    #expect(try file.info(of: "X/indices").element == .integer(bytes: 4, signed: true))
    #expect(try file.info(of: "X/indptr").element == .integer(bytes: 4, signed: true))
    #expect(try file.attribute("shape", of: "X") == .integers([5, 3]))
    #expect(
      try file.children(of: "/")
        == ["X", "layers", "obs", "obsm", "obsp", "uns", "var", "varm", "varp"])
  }

  @Test func `columns of every kind, with and without missing values`() throws {
    var frame = cells(3)
    frame["strings"] = .strings(["a", "", "é"])
    frame["some strings"] = .strings(["b", nil, "a"])
    frame["categories"] = .categorical(codes: [1, -1, 0], categories: ["z", "a"], ordered: true)
    frame["integers"] = .integers([1, -2, 3])
    frame["some integers"] = .integers([1, nil, 3])
    frame["floats"] = .floats([0.5, 2, -1])
    frame["booleans"] = .booleans([true, false, true])
    frame["some booleans"] = .booleans([true, nil, false])
    frame["a/b"] = .integers([1, 2, 3])
    frame["_index"] = .integers([7, 8, 9])
    let path = files.path("a.h5ad")
    try writeAnnData(to: path, cells: frame, genes: genes(), matrix: nil, storedAs: Float.self)
    let file = try File(readingAt: path)
    #expect(try file.kind(of: "X") == nil)
    #expect(try file.strings("obs/__index") == frame.names)
    #expect(
      try file.attribute("column-order", of: "obs")
        == .strings(frame.columns.map { $0.name.replacing("/", with: "|") }))
    let encodings = [
      "strings": "string-array", "some strings": "categorical", "categories": "categorical",
      "integers": "array", "some integers": "nullable-integer", "floats": "array",
      "booleans": "array", "some booleans": "nullable-boolean", "a|b": "array",
    ]
    for (name, encoding) in encodings {
      #expect(
        try file.attribute("encoding-type", of: "obs/\(name)") == .string(encoding), "\(name)")
    }
    // The reader wants a matrix.
    let whole = files.path("b.h5ad")
    try writeAnnData(
      to: whole, cells: frame, genes: genes(), matrix: SmallMatrix(rows: Array(matrix.rows[..<3])),
      storedAs: Float.self)
    let read = try CellFile(readingAt: whole)
    #expect(read.columnNames == frame.columns.map { $0.name.replacing("/", with: "|") })
    for column in frame.columns where column.name != "a/b" {
      let expected: Column =
        column.name == "some strings"
        ? .categorical(codes: [0, -1, 1], categories: ["b", "a"], ordered: false) : column.values
      #expect(try read.column(column.name) == expected, "\(column.name)")
    }
  }

  @Test(arguments: [1, 127, 128, 32_767, 32_768])
  func `codes of categories are as narrow as their number allows`(count: Int) throws {
    var frame = cells(2)
    frame["c"] = .categorical(
      codes: [0, Int32(count) - 1], categories: (0..<count).map(String.init), ordered: false)
    let path = files.path("a.h5ad")
    try writeAnnData(to: path, cells: frame, genes: genes(), matrix: nil, storedAs: Float.self)
    let file = try File(readingAt: path)
    let bytes = count <= 127 ? 1 : count <= 32_767 ? 2 : 4
    #expect(try file.info(of: "obs/c/codes").element == .integer(bytes: bytes, signed: true))
    #expect(try file.read("obs/c/codes", as: Int.self) == [0, count - 1])
  }

  @Test func `one content gives one file, byte for byte`() throws {
    var frame = cells()
    frame["batch"] = .strings(["a", "a", "b", "b", "b"])
    for name in ["a.h5ad", "b.h5ad"] {
      try writeAnnData(
        to: files.path(name), cells: frame, genes: genes(), matrix: matrix, storedAs: Float.self)
    }
    let first = try Data(contentsOf: URL(filePath: files.path("a.h5ad")))
    #expect(try Data(contentsOf: URL(filePath: files.path("b.h5ad"))) == first)
  }

  @Test func `a matrix that cannot be read leaves no file`() throws {
    let path = files.path("a.h5ad")
    #expect(throws: Broken.self) {
      try writeAnnData(
        to: path, cells: cells(), genes: genes(), matrix: BrokenMatrix(whole: matrix),
        storedAs: Float.self)
    }
    #expect(throws: Broken.self) {
      try writeTenX(
        to: path, barcodes: cells().names,
        features: genes().names.map { TenXFeature(id: $0, name: $0, genome: "g") },
        matrix: BrokenMatrix(whole: matrix))
    }
    let folder = URL(filePath: path).deletingLastPathComponent()
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
  }

  @Test func `some cells of a matrix`() throws {
    let kept = [true, false, false, true, true]
    let selection = SelectedCells(of: matrix, isKept: kept)
    #expect(try rows(of: selection) == [matrix.rows[0], matrix.rows[3], matrix.rows[4]])
    let none = SelectedCells(of: matrix, isKept: [Bool](repeating: false, count: 5))
    #expect(try rows(of: none) == [])
  }

  @Test func `the type of several inputs is theirs, or a wider one`() {
    func common(_ elements: ElementType...) -> ElementType {
      commonValueType(of: elements).elementType
    }
    let int32 = Int32.elementType
    let uint16 = UInt16.elementType
    let float = Float.elementType
    let double = Double.elementType
    #expect(common(int32, int32) == int32)
    #expect(common(float, float) == float)
    #expect(common(uint16) == uint16)
    #expect(common(int32, uint16) == Int64.elementType)
    #expect(common(int32, float) == double)
    #expect(common(double, float) == double)
    #expect(common(UInt64.elementType, int32) == double)
  }

  @Test func `a 10x file is read back as it was written`() throws {
    let path = files.path("matrix.h5")
    let features = ["A", "B", "C"].map {
      TenXFeature(id: "ENSG-\($0)", name: "Gene \($0)", genome: "GRCh38")
    }
    try writeTenX(to: path, barcodes: cells().names, features: features, matrix: matrix)
    let file = try CellFile(readingAt: path)
    #expect(file.format == .tenXv3)
    #expect(Array(file.cellNames) == cells().names)
    #expect(file.genes == features.map { Gene(name: $0.name, id: $0.id) })
    #expect(try rows(of: file) == matrix.rows)
    let raw = try File(readingAt: path)
    #expect(try raw.info(of: "matrix/barcodes").element == .fixedString(bytes: 6))
    #expect(try raw.info(of: "matrix/data").element == .integer(bytes: 4, signed: true))
    #expect(try raw.info(of: "matrix/indices").element == .integer(bytes: 8, signed: true))
    #expect(try raw.info(of: "matrix/indptr").element == .integer(bytes: 8, signed: true))
    #expect(try raw.read("matrix/shape", as: Int32.self) == [3, 5])
    #expect(try raw.strings("matrix/features/_all_tag_keys") == ["genome"])
    #expect(try raw.attribute("filetype", of: "/") == .string("matrix"))
  }
}
