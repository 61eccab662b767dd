import HDF5
import Testing
import TestSupport

@Suite struct RoundTripTests {
  let folder: TemporaryFolder
  let path: String

  init() throws {
    folder = try TemporaryFolder()
    path = folder.path("a.h5")
  }

  /// Writes with one open file, and reads with another.
  func written(_ write: (borrowing File) throws -> Void) throws -> File {
    let file = try File(creatingAt: path)
    try write(file)
    try file.close()
    return try File(readingAt: path)
  }

  func expectRoundTrip<Number: StoredNumber>(
    _ values: [Number], sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let file = try written { try $0.write(values, at: "group/values") }
    #expect(
      try file.read("group/values", as: Number.self) == values, sourceLocation: sourceLocation)
    #expect(
      try file.info(of: "group/values").element == Number.elementType,
      sourceLocation: sourceLocation)
  }

  @Test func `numbers of every type`() throws {
    try expectRoundTrip([Int8.min, 0, .max])
    try expectRoundTrip([Int16.min, 0, .max])
    try expectRoundTrip([Int32.min, 0, .max])
    try expectRoundTrip([Int64.min, 0, .max])
    try expectRoundTrip([Int.min, 0, .max])
    try expectRoundTrip([UInt8.min, .max])
    try expectRoundTrip([UInt16.min, .max])
    try expectRoundTrip([UInt32.min, .max])
    try expectRoundTrip([UInt64.min, .max])
    try expectRoundTrip([-0.5 as Float, .infinity, .leastNonzeroMagnitude])
    try expectRoundTrip([-0.5 as Double, .infinity, .leastNonzeroMagnitude])
  }

  @Test func `what does not fit becomes the nearest that does`() throws {
    let file = try written { try $0.write([-1, 300, 7], at: "values") }
    #expect(try file.read("values", as: UInt8.self) == [0, 255, 7])
    #expect(try file.read("values", as: Float.self) == [-1, 300, 7])
  }

  @Test func `strings, also empty ones, long ones and those beyond ASCII`() throws {
    let strings = ["", "T cell", "Zellkörper", "🧬", String(repeating: "x", count: 100_000)]
    let file = try written { try $0.write(strings: strings, at: "names") }
    #expect(try file.strings("names") == strings)
    #expect(try file.strings("names", rows: 1..<3) == ["T cell", "Zellkörper"])
    #expect(try file.info(of: "names").element == .variableString)
  }

  @Test func `more strings than are read at once`() throws {
    let strings = (0..<300_000).map { "cell-\($0)" }
    let file = try written { try $0.write(strings: strings, at: "names") }
    #expect(try file.strings("names") == strings)
  }

  @Test func `truth values are stored as h5py stores them`() throws {
    let file = try written { try $0.write(booleans: [true, false, true], at: "mask") }
    #expect(try file.info(of: "mask").element == .boolean)
    #expect(try file.booleans("mask") == [true, false, true])
    #expect(try file.booleans("mask", rows: 1..<2) == [false])
    #expect(try file.read("mask", as: Int32.self) == [1, 0, 1])
  }

  @Test func `single elements`() throws {
    let file = try written {
      try $0.write(scalar: 2.5, at: "number")
      try $0.write(string: "wort", at: "string")
    }
    #expect(try file.read("number", as: Double.self) == [2.5])
    #expect(try file.strings("string") == ["wort"])
    #expect(try file.info(of: "number").shape == [])
    #expect(try file.info(of: "number").count == 1)
  }

  @Test func `no elements at all`() throws {
    let file = try written {
      try $0.write([Float](), at: "numbers")
      try $0.write(strings: [], at: "strings")
      try $0.write([Float](), at: "matrix", shape: [3, 0])
    }
    #expect(try file.read("numbers", as: Float.self) == [])
    #expect(try file.strings("strings") == [])
    #expect(try file.read("matrix", rows: 1..<3, as: Float.self) == [])
  }

  @Test func `rows of lists and matrices`() throws {
    let file = try written {
      try $0.write(Array(0..<10), at: "list")
      try $0.write(
        (0..<12).map { Float($0) }, at: "matrix", shape: [4, 3],
        storage: StorageOptions(chunk: [2, 2], gzip: 4, shuffle: true))
    }
    #expect(try file.read("list", rows: 3..<6, as: Int32.self) == [3, 4, 5])
    #expect(try file.read("list", rows: 10..<10, as: Int32.self) == [])
    #expect(try file.read("matrix", rows: 1..<3, as: Float.self) == [3, 4, 5, 6, 7, 8])
    let info = try file.info(of: "matrix")
    #expect(info.shape == [4, 3])
    #expect(info.chunk == [2, 2])
    #expect(info.filters == [2, 1])
    #expect(!info.isExtensible)
  }

  @Test func `rows read into a buffer`() throws {
    let file = try written { try $0.write((0..<12).map(Double.init), at: "m", shape: [6, 2]) }
    let dataset = try file.dataset("m")
    var values = [Float](repeating: 0, count: 4)
    var buffer = values.mutableSpan
    try dataset.read(2..<4, into: &buffer)
    #expect(values == [4, 5, 6, 7])
  }

  @Test func `rows appended one piece after another`() throws {
    let file = try written { file in
      let extensible = StorageOptions(gzip: 1, isExtensible: true)
      var list = try file.createDataset("list", of: Int32.self, shape: [0], storage: extensible)
      var matrix = try file.createDataset(
        "matrix", of: Float.self, shape: [0, 2], storage: extensible)
      var names = try file.createStringDataset("names", shape: [0], storage: extensible)
      for piece in 0..<4 {
        try list.append((0..<piece).map(Int32.init))
        try matrix.append([Float(piece), Float(-piece)])
        try names.append(strings: ["cell \(piece)"])
      }
      #expect(list.info.shape == [6])
    }
    #expect(try file.read("list", as: Int.self) == [0, 0, 1, 0, 1, 2])
    #expect(try file.read("matrix", as: Float.self) == [0, 0, 1, -1, 2, -2, 3, -3])
    #expect(try file.strings("names") == ["cell 0", "cell 1", "cell 2", "cell 3"])
    #expect(try file.info(of: "list").isExtensible)
  }

  @Test func `rows written in place`() throws {
    let file = try written { file in
      let dataset = try file.createDataset("m", of: Float.self, shape: [3, 2])
      try dataset.write([5, 6], at: 1..<2)
    }
    #expect(try file.read("m", as: Float.self) == [0, 0, 5, 6, 0, 0])
  }

  @Test func `attributes of every type`() throws {
    let values: [AttributeValue] = [
      .string("csr_matrix"), .string(""), .strings(["a", "ö", ""]), .strings([]),
      .integer(-3), .integers([3, 4]), .float(0.5), .floats([1, .infinity]), .boolean(true),
      .booleans([true, false]), .empty,
    ]
    let file = try written { file in
      try file.createGroup("obs")
      try file.write([1], at: "obs/x")
      for (position, value) in values.enumerated() {
        try file.setAttribute("a\(position)", of: "obs", to: value)
      }
      try file.setAttribute("target", of: "/", to: .reference("obs/x"))
    }
    for (position, value) in values.enumerated() {
      #expect(try file.attribute("a\(position)", of: "obs") == value)
    }
    #expect(try file.attributeNames(of: "obs").count == values.count)
    #expect(try file.attribute("b", of: "obs") == nil)
    #expect(try file.attribute("target", of: "/") == .reference("/obs/x"))
    #expect(try file.attributeNames(of: "/") == ["target"])
  }

  @Test func `an attribute is replaced by one of another type`() throws {
    let file = try written {
      try $0.setAttribute("version", of: "/", to: .string("0.1.0"))
      try $0.setAttribute("version", of: "/", to: .integers([1, 2]))
    }
    #expect(try file.attribute("version", of: "/") == .integers([1, 2]))
  }
}

@Suite struct LargeWritingTests {
  @Test func `what is written at one go may be more than a damaged file could claim`() throws {
    let folder = try TemporaryFolder()
    let count = (1 << 24) + 1
    let file = try File(creatingAt: folder.path("large.h5"))
    try file.write([Int8](repeating: 3, count: count), at: "values")
    try file.close()
    let values = try File(readingAt: folder.path("large.h5")).read("values", as: Int8.self)
    #expect(values.count == count && values[count - 1] == 3)
  }
}
