import StoredArrays
import Testing
import TestSupport

@testable import Zarr

/// Chunks within shards, and shards that claim what they do not hold.
@Suite struct ShardTests {
  let made: MadeStore

  init() throws { made = try MadeStore() }

  private let none: [UInt64] = [.max, .max]

  /// A shard of three chunks of two numbers, with the given index.
  private func shard(_ index: [UInt64], checksum: Bool = false) throws {
    try made.array(
      "a", shape: [6], chunk: [6], fill: "9",
      codecs: MadeStore.shards(of: [2], checksum: checksum))
    try made.write("a/c/0", bytes([1, 2, 3, 4, 5, 6] as [Int32]) + bytes(index))
  }

  private var failure: String {
    made.failure { _ = try $0.array("a").read(as: Int.self) }
      .replacing("'a' in 's' is damaged: chunk 'c/0' cannot be read: ", with: "")
      .replacing("; copy or download the store again", with: "")
  }

  @Test func `chunks in any order, and chunks that were never written`() throws {
    try shard([16, 8, 0, 8, 8, 8])
    #expect(try made.open().array("a").read(as: Int.self) == [5, 6, 1, 2, 3, 4])
    try shard([0, 8] + none + [0, 8])
    #expect(try made.open().array("a").read(as: Int.self) == [1, 2, 9, 9, 1, 2])
  }

  @Test func `a shard that is absent`() throws {
    try made.array(
      "a", shape: [5, 3], chunk: [4, 4], fill: "3", codecs: MadeStore.shards(of: [2, 2]))
    // Row 4 and 5 of columns 0 and 1, in the second shard.
    try made.write(
      "a/c/1/0", bytes([1, 2, 3, 4] as [Int32]) + bytes([0, 16] + none + none + none))
    let reader = try ZarrReader(made.open().array("a"), as: Int.self)
    #expect(try reader.read(3..<5) == [3, 3, 3, 1, 2, 3])
    #expect(
      try ZarrReader(made.open().array("a"), as: Int.self).readColumns(1..<3)
        == [3, 3, 3, 3, 3, 3, 3, 3, 2, 3])
  }

  @Test func `an index with places beyond the file`() throws {
    try shard([0, 8, 8, 8, 1000, 8])
    #expect(failure == "its index has 8 bytes from 1000 on, but the file has 72")
    try shard([0, 8, 8, 8, 8, 1 << 62])
    #expect(failure == "its index has 4611686018427387904 bytes from 8 on, but the file has 72")
    try shard([0, 8, 8, 8, .max - 3, 8])
    #expect(failure == "its index has 8 bytes from 18446744073709551612 on, but the file has 72")
    try shard([0, 8, 8, 8, .max, 8])
    #expect(failure == "its index has 8 bytes from 18446744073709551615 on, but the file has 72")
    try shard([0, 8, 8, 8, 0, 0])
    #expect(failure == "it has 0 bytes, not 8")
    try shard([0, 8, 8, 8, 0, 72])
    #expect(failure == "it has 72 bytes, not 8")
  }

  @Test func `a file that is shorter than its index`() throws {
    try made.array("a", shape: [6], chunk: [6], codecs: MadeStore.shards(of: [2]))
    try made.write("a/c/0", [1, 2, 3])
    #expect(failure == "it has 3 bytes, fewer than its index of 3 chunks")
    // A shard of a million chunks in 100 bytes.
    try made.array(
      "a", shape: [1 << 21], chunk: [1 << 21], codecs: MadeStore.shards(of: [1]))
    try made.write("a/c/0", [UInt8](repeating: 0, count: 100))
    #expect(failure == "it has 100 bytes, fewer than its index of 2097152 chunks")
  }

  @Test func `an index whose checksum is wrong`() throws {
    try shard([0, 8, 8, 8, 16, 8], checksum: true)
    #expect(failure == "its checksum is wrong")
  }

  @Test func `shards that chunks do not divide`() throws {
    try made.array("a", shape: [6], chunk: [5], codecs: MadeStore.shards(of: [2]))
    #expect(
      failure == "'zarr.json' of 'a' in 's' is damaged: shards of [5] have chunks of [2]")
  }
}
