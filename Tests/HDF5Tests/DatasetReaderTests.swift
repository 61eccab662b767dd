import Foundation
import HDF5
import Synchronization
import Testing
import TestSupport

/// The reader's numbers are those of the C library, by the bit.
@Suite struct DatasetReaderTests {
  let folder: TemporaryFolder
  let path: String

  init() throws {
    folder = try TemporaryFolder()
    path = folder.path("a.h5")
  }

  static let inflaters = [Inflater.zlib, Inflater.fastest]

  /// Reads a dataset in pieces of several sizes, and expects what the C library reads.
  func expectSame<Number: StoredNumber>(
    _ name: String, in file: borrowing File, as type: Number.Type, decoded: Bool? = nil,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let rows = try file.info(of: name).rowCount
    let expected = bits(of: try file.read(name, as: type))
    for inflater in Self.inflaters {
      for size in [max(1, rows), 97, 31] {
        let reader = try DatasetReader(file.dataset(name), as: type, inflater: inflater)
        var values: [Number] = []
        for start in stride(from: 0, to: rows, by: size) {
          values += try reader.read(start..<min(start + size, rows))
        }
        #expect(
          bits(of: values) == expected, "\(name) as \(type) by \(size)",
          sourceLocation: sourceLocation)
        if let decoded {
          #expect(
            reader.sharesChunks == decoded, "\(name) as \(type)", sourceLocation: sourceLocation)
        }
      }
    }
  }

  /// The bytes of numbers: a NaN is not equal to itself.
  func bits<Number: StoredNumber>(of values: [Number]) -> [UInt8] {
    unsafe values.withUnsafeBytes { unsafe Array($0) }
  }

  static let storages = [
    StorageOptions(), StorageOptions(chunk: [50]), StorageOptions(chunk: [50], gzip: 1),
    StorageOptions(chunk: [70], gzip: 4, shuffle: true), StorageOptions(chunk: [1000], gzip: 4),
  ]

  @Test(arguments: storages)
  func `numbers of every type, as every other`(storage: StorageOptions) throws {
    func check<Number: StoredNumber>(_ values: [Number]) throws {
      let file = try File(creatingAt: path)
      let all = (0..<401).map { values[$0 * 7 % values.count] }
      var storage = storage
      if let chunk = storage.chunk { storage.chunk = [min(chunk[0], all.count)] }
      try file.write(all, at: "x", storage: storage)
      let isWhole = if case .integer = Number.elementType { true } else { false }
      let isDecoded = storage.chunk != nil
      try expectSame("x", in: file, as: Float.self, decoded: isDecoded)
      try expectSame("x", in: file, as: Double.self, decoded: isDecoded)
      try expectSame("x", in: file, as: Number.self, decoded: isDecoded)
      try expectSame("x", in: file, as: Int32.self, decoded: isDecoded && isWhole)
      try expectSame("x", in: file, as: Int.self, decoded: isDecoded && isWhole)
      try expectSame("x", in: file, as: UInt16.self)
      try expectSame("x", in: file, as: Int8.self)
    }
    func checkWhole<Whole: StoredNumber & FixedWidthInteger>(_ type: Whole.Type) throws {
      let near = (0..<20).map { Whole(truncatingIfNeeded: 1 << $0 &* 3) }
      try check([Whole.min, Whole.min + 1, 0, 1, 2, Whole.max - 1, Whole.max] + near)
    }
    try checkWhole(Int8.self)
    try checkWhole(Int16.self)
    try checkWhole(Int32.self)
    try checkWhole(Int64.self)
    try checkWhole(UInt8.self)
    try checkWhole(UInt16.self)
    try checkWhole(UInt32.self)
    try checkWhole(UInt64.self)
    try check([0 as Float, -0, 1.5, -2.75, 100.999, .leastNonzeroMagnitude, -1e9])
    try check([0 as Double, -0, 1.5, -2.75, 1e-300, 1.0 / 3, 254.5, 16_777_217])
    // The last ones are a little above the largest float: nearer to it than to the next power.
    try checkFloats([Float.nan, .infinity, -.infinity, .greatestFiniteMagnitude])
    try checkFloats([
      Double.nan, .infinity, -.infinity, 1e300, -1e300, Double(Float.greatestFiniteMagnitude),
      Double(Float.greatestFiniteMagnitude).nextUp, -Double(Float.greatestFiniteMagnitude).nextUp,
    ])
    func checkFloats<Number: StoredNumber>(_ values: [Number]) throws {
      let file = try File(creatingAt: path)
      try file.write(values, at: "x", storage: StorageOptions(gzip: 4))
      try expectSame("x", in: file, as: Float.self, decoded: true)
      try expectSame("x", in: file, as: Double.self, decoded: true)
    }
  }

  @Test(arguments: [[7, 6], [45, 20], [1, 20], [45, 1], [44, 19], [1, 1]])
  func `matrices in chunks of any shape`(chunk: [Int]) throws {
    let file = try File(creatingAt: path)
    for storage in [StorageOptions(chunk: chunk), StorageOptions(chunk: chunk, gzip: 4)] {
      let name = "x\(storage.gzip ?? 0)"
      try file.write((0..<900).map { Int32($0 * $0) }, at: name, shape: [45, 20], storage: storage)
      try expectSame(name, in: file, as: Float.self, decoded: true)
      try expectSame(name, in: file, as: Int32.self, decoded: true)
    }
  }

  @Test(arguments: [
    ("library/lzf", false), ("library/lzf_table", false), ("library/fletcher", false),
    ("library/scaled", false), ("library/big", false), ("library/half", false),
    ("library/flags", false), ("library/cube", false), ("masks/gzip", true),
    ("masks/shuffle", true), ("masks/both", true), ("filters/shuffle", true),
    ("filters/wide", true), ("fill/zero", true), ("fill/seven", true), ("fill/zero_plain", true),
    ("fill/seven_plain", true), ("fill/zero_whole", false), ("fill/seven_whole", false),
    ("fill/zero_table", true), ("fill/seven_table", true), ("fill/never", true),
    ("indices/one", true), ("indices/growing", true), ("indices/tree", true),
    ("indices/bounded", true), ("indices/list", true), ("later/one", true),
    ("later/growing", true), ("later/tree", true), ("later/bounded", true), ("later/list", true),
    ("later/plain", true),
  ])
  func `chunks as h5py stores them`(name: String, decoded: Bool) throws {
    let file = try File(readingAt: TestFiles.fixtures.appending(path: "chunks.h5").path)
    try expectSame(name, in: file, as: Int32.self, decoded: name == "filters/wide" ? nil : decoded)
    try expectSame(name, in: file, as: Float.self, decoded: decoded)
  }

  @Test func `what h5py stored in other ways, or not at all`() throws {
    let file = try File(readingAt: TestFiles.fixtures.appending(path: "h5py.h5").path)
    for name in ["half", "big", "big_int", "vast", "lzf", "null", "colours"] {
      try expectSame("numbers/\(name)", in: file, as: Double.self, decoded: false)
    }
    #expect(throws: HDF5Error.self) {
      _ = try DatasetReader(file.dataset("strings/utf8"), as: Float.self)
    }
  }

  @Test func `several threads read one dataset, also pieces of one chunk`() throws {
    let file = try File(creatingAt: path)
    let values = (0..<20_000).map { Int32($0 % 1013) }
    try file.write(values, at: "x", storage: StorageOptions(chunk: [3000], gzip: 4))
    for size in [100, 999, 7000] {
      let reader = try DatasetReader(
        file.dataset("x"), as: Int32.self, keeping: size == 999 ? 1 : 1 << 28)
      let pieces = stride(from: 0, to: 20_000, by: size).map { $0..<min($0 + size, 20_000) }
      let wrong = Mutex<[Range<Int>]>([])
      DispatchQueue.concurrentPerform(iterations: pieces.count) { number in
        let piece = pieces[number]
        if (try? reader.read(piece)) != Array(values[piece]) { wrong.withLock { $0.append(piece) } }
      }
      #expect(wrong.withLock { $0 } == [])
    }
  }

  @Test func `rows that are not there`() throws {
    let file = try File(creatingAt: path)
    try file.write([1, 2, 3], at: "x", storage: StorageOptions(gzip: 1))
    let reader = try DatasetReader(file.dataset("x"), as: Int.self)
    #expect(try reader.read(1..<1) == [])
    #expect(throws: HDF5Error.outOfRange(name: "x", path: path, range: 2..<4, count: 3)) {
      _ = try reader.read(2..<4)
    }
  }

  @Test(arguments: [1, 2, 3, 4, 8])
  func `unshuffling is as the plain loops do it`(width: Int) {
    let input = (0..<width * 37 + (width > 1 ? 1 : 0)).map { UInt8(truncatingIfNeeded: $0 * 89) }
    for count in [input.count, input.count / width * width, 0] {
      var (fast, slow) = ([UInt8](repeating: 0, count: count), [UInt8](repeating: 1, count: count))
      unsafe input.withUnsafeBytes { input in
        let input = unsafe UnsafeRawBufferPointer(rebasing: input[..<count])
        unsafe fast.withUnsafeMutableBytes { unsafe unshuffle(input, width: width, into: $0) }
        unsafe slow.withUnsafeMutableBytes {
          unsafe unshuffleReference(input, width: width, into: $0)
        }
      }
      #expect(fast == slow)
    }
  }
}
