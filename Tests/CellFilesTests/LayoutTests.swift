import CellFiles
import HDF5
import Testing
import TestSupport

@Suite struct LayoutTests {
  let made: MadeFiles
  let counts = madeCounts(cells: 23, genes: 11)

  init() throws { made = try MadeFiles() }

  @Test(arguments: MadeLayout.allCases)
  func `a matrix reads the same in every layout and in pieces of any size`(
    layout: MadeLayout
  ) throws {
    let path = try made.make { try $0.writeAnnData(counts, layout: layout) }
    for (blockValues, bandValues) in [(1 << 22, 1 << 26), (5, 17), (1, 1), (40, 1000), (7, 64)] {
      var options = ReadingOptions()
      options.blockValues = blockValues
      options.bandValues = bandValues
      let file = try CellFile(readingAt: path, options: options)
      #expect(try rows(of: file, atMost: blockValues) == counts)
      #expect(file.storage.layout.rawValue == layout.rawValue)
      #expect(file.cellCount == 23)
      #expect(file.geneCount == 11)
    }
  }

  @Test(arguments: MadeLayout.allCases, [2, 5])
  func `blocks are the same with any number of threads`(
    layout: MadeLayout, threads: Int
  ) throws {
    let many = madeCounts(cells: 200, genes: 30)
    let path = try made.make { try $0.writeAnnData(many, layout: layout) }
    var options = ReadingOptions()
    options.blockValues = 100
    func blocks(_ threads: Int) throws -> [RowBlock<Float>] {
      options.threads = threads
      var blocks: [RowBlock<Float>] = []
      try CellFile(readingAt: path, options: options).forEachRowBlock(as: Float.self) {
        blocks.append($0)
      }
      return blocks
    }
    let (one, several) = (try blocks(1), try blocks(threads))
    #expect(one.count > 10)
    #expect(one.map(\.firstRow) == several.map(\.firstRow))
    #expect(one.map(\.starts) == several.map(\.starts))
    #expect(one.map(\.genes) == several.map(\.genes))
    #expect(one.map(\.values) == several.map(\.values))
  }

  @Test func `what is made of blocks on other threads comes in order`() throws {
    let path = try made.make { try $0.writeAnnData(counts) }
    var options = ReadingOptions()
    (options.blockValues, options.threads) = (7, 3)
    var sums: [[Double]] = []
    try CellFile(readingAt: path, options: options).forEachRowBlock(
      as: Double.self,
      map: { block in
        (0..<block.rowCount).map { row in
          block.values[block.starts[row]..<block.starts[row + 1]].reduce(0, +)
        }
      }, { sums.append($0) })
    #expect(sums.flatMap(\.self) == counts.map { $0.reduce(0, +) })
  }

  @Test(arguments: MadeLayout.allCases)
  func `numbers of every stored type`(layout: MadeLayout) throws {
    func expectSame<Number: StoredNumber & MadeNumber>(_ type: Number.Type) throws {
      let path = try made.make { file in
        try file.writeAnnData(counts)
        try file.writeMatrix(counts, at: "layers/counts", layout: layout, of: type)
      }
      var options = ReadingOptions()
      options.layer = "counts"
      let file = try CellFile(readingAt: path, options: options)
      #expect(try rows(of: file) == counts)
      #expect(file.matrixName == "layers/counts")
      #expect(file.storage.element == Number.elementType)
      #expect(file.storage.isInteger == (Number.self != Float.self && Number.self != Double.self))
    }
    try expectSame(UInt8.self)
    try expectSame(UInt16.self)
    try expectSame(Int32.self)
    try expectSame(Int64.self)
    try expectSame(Float.self)
    try expectSame(Double.self)
  }

  @Test func `values arrive as the type that is asked for`() throws {
    let path = try made.make { try $0.writeAnnData(counts) }
    let file = try CellFile(readingAt: path)
    func sum<Number: StoredNumber>(_ type: Number.Type) throws -> Number {
      var sum: Number = 0
      try file.forEachRowBlock(as: type) { for value in $0.values { sum += value } }
      return sum
    }
    let expected = counts.joined().reduce(0, +)
    #expect(try sum(Float.self) == Float(expected))
    #expect(try sum(UInt16.self) == UInt16(expected))
    #expect(try sum(Int.self) == Int(expected))
  }

  @Test(arguments: [MadeLayout.csr, .csc])
  func `unsorted and repeated indices, and zeros that are stored`(layout: MadeLayout) throws {
    // Three rows, or columns: unsorted; repeated, one sum being zero; empty.
    var sparse = MadeSparse(rows: [])
    sparse.pointers = [0, 3, 8, 8]
    sparse.indices = [2, 0, 1, 1, 0, 1, 2, 2]
    sparse.values = [5, 3, 0, 1, 7, 2, 4, -4]
    let expected: [[Double]] = [[3, 0, 5], [7, 3, 0], [0, 0, 0]]
    let path = try made.make { file in
      try file.write(sparse, at: "X", layout: layout, shape: [3, 3], of: Float.self)
      try file.writeTable("obs", index: ["a", "b", "c"])
      try file.writeTable("var", index: ["x", "y", "z"])
    }
    let file = try CellFile(readingAt: path)
    #expect(try rows(of: file) == (layout == .csr ? expected : transposed(expected)))
  }

  @Test func `a dense matrix in chunks`() throws {
    for chunk in [[4, 3], [1, 11], [23, 1], [100, 100]] {
      let path = try made.make { file in
        try file.writeMatrix(
          counts, at: "X", layout: .dense, of: Double.self,
          storage: StorageOptions(chunk: zip(chunk, [23, 11]).map { min($0, $1) }, gzip: 4))
        try file.writeTable("obs", index: counts.indices.map { "c\($0)" })
        try file.writeTable("var", index: (0..<11).map { "g\($0)" })
      }
      var options = ReadingOptions()
      options.blockValues = 30
      #expect(try rows(of: CellFile(readingAt: path, options: options), atMost: 30) == counts)
    }
  }

  @Test func `raw with genes of its own`() throws {
    let all = madeCounts(cells: 23, genes: 20, seed: 2)
    for (matrix, variables) in [("raw/X", "raw/var"), ("raw.X", "raw.var")] {
      let path = try made.make { file in
        try file.writeAnnData(counts)
        try file.writeMatrix(all, at: matrix, of: Float.self)
        try file.writeTable(variables, index: (0..<20).map { "raw\($0)" })
      }
      var options = ReadingOptions()
      options.useRaw = true
      let file = try CellFile(readingAt: path, options: options)
      #expect(file.genes.first == Gene(name: "raw0"))
      #expect(file.matrixName == matrix)
      #expect(try rows(of: file) == all)
    }
  }

  @Test func `the attributes of anndata before 0,7`() throws {
    let path = try made.make { file in
      try file.writeAnnData(counts)
      for attribute in ["encoding-type", "encoding-version", "shape"] {
        try file.setAttribute(attribute, of: "X", to: .empty)
      }
      try file.delete("X")
      let sparse = MadeSparse(rows: counts)
      try file.write(sparse.values, at: "X/data")
      try file.write(sparse.indices, at: "X/indices")
      try file.write(sparse.pointers, at: "X/indptr")
      try file.setAttribute("h5sparse_format", of: "X", to: .string("csr"))
      try file.setAttribute("h5sparse_shape", of: "X", to: .integers([23, 11]))
    }
    #expect(try rows(of: CellFile(readingAt: path)) == counts)
  }

  @Test func `other matrices that hold counts`() throws {
    let path = try made.make { file in
      try file.writeAnnData(counts.map { $0.map { $0 / 3 } })
      try file.writeMatrix(counts, at: "layers/counts", layout: .csc, of: Float.self)
      try file.writeMatrix(counts, at: "layers/dense", layout: .dense, of: Int32.self)
      try file.writeMatrix(counts.map { $0.map { -$0 } }, at: "layers/negative", of: Float.self)
      try file.writeMatrix(counts, at: "raw/X", of: Float.self)
      try file.writeTable("raw/var", index: (0..<11).map { "g\($0)" })
    }
    let file = try CellFile(readingAt: path)
    #expect(try file.otherCountMatrices() == ["layers/counts", "layers/dense", "raw/X"])
  }
}
