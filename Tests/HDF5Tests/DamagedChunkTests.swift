import Foundation
import HDF5
import Testing
import TestSupport

/// Chunks that were damaged after they were written.
@Suite struct DamagedChunkTests {
  let folder: TemporaryFolder
  let path: String

  init() throws {
    folder = try TemporaryFolder()
    path = folder.path("a.h5")
  }

  /// Four chunks of 5,000 values that cannot be compressed much, so that they are of one size.
  func write(gzip: Int?) throws {
    var state: UInt64 = 1
    let values = (0..<20_000).map { _ in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int32(truncatingIfNeeded: state >> 33)
    }
    let file = try File(creatingAt: path)
    try file.write(values, at: "X/data", storage: StorageOptions(chunk: [5000], gzip: gzip))
    try file.close()
  }

  func damage(_ change: (inout Data) throws -> Void) throws {
    var data = try Data(contentsOf: URL(filePath: path))
    try change(&data)
    try data.write(to: URL(filePath: path))
  }

  func failure(_ rows: Range<Int>, _ inflater: Inflater) throws -> String {
    let file = try File(readingAt: path)
    let reader = try DatasetReader(file.dataset("X/data"), as: Float.self, inflater: inflater)
    do {
      _ = try reader.read(rows)
      return "nothing was thrown"
    } catch {
      return "\(error)".replacing(folder.url.path + "/", with: "")
    }
  }

  @Test(arguments: DatasetReaderTests.inflaters)
  func `changed bytes of a compressed chunk`(inflater: Inflater) throws {
    try write(gzip: 4)
    // The chunks are nearly all of the file, one behind the other: this is within the third.
    try damage { data in
      for position in 0..<64 { data[data.count * 5 / 8 + position] ^= 0x5A }
    }
    #expect(try failure(0..<10_000, inflater) == "nothing was thrown")
    let text = try failure(9_000..<12_000, inflater)
    #expect(text.hasPrefix("'X/data' in 'a.h5' is damaged: chunk 2, of rows 10000..<15000, "))
    #expect(text.hasSuffix("; copy or download the file again"))
    #expect(try failure(0..<20_000, inflater) == text)
    #expect(try failure(15_000..<20_000, inflater) == "nothing was thrown")
  }

  @Test(arguments: DatasetReaderTests.inflaters, [4, nil])
  func `a chunk that says that it is gigabytes long`(inflater: Inflater, gzip: Int?) throws {
    try write(gzip: gzip)
    // A node of the tree of chunks: 24 bytes of header, then the size of the first chunk.
    try damage { data in
      let node = try #require(data.firstRange(of: Data("TREE\u{1}".utf8)))
      for position in 0..<4 { data[node.lowerBound + 24 + position] = 0xFF }
    }
    let text = try failure(0..<1, inflater)
    #expect(text.hasPrefix("'X/data' in 'a.h5' is damaged: chunk 0, of rows 0..<5000, "))
  }

  @Test(arguments: DatasetReaderTests.inflaters)
  func `any bytes at all`(inflater: Inflater) {
    var state: UInt64 = 7
    for size in 0..<200 {
      let input = (0..<size).map { position -> UInt8 in
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        // Most start as a stream does.
        return position < 2 && size % 4 != 0 ? [0x78, 0x9C][position] : UInt8(state >> 56)
      }
      var output = [UInt8](repeating: 0, count: 1000)
      let reason = unsafe input.withUnsafeBytes { input in
        unsafe output.withUnsafeMutableBytes { unsafe inflater.inflate(input, into: $0) }
      }
      #expect(reason != nil)
    }
  }
}
