import Foundation
import StoredArrays
import Testing
import TestSupport

@testable import Zarr

/// What a store tells of its groups, arrays and attributes.
@Suite struct StoreTests {
  let made: MadeStore

  init() throws { made = try MadeStore() }

  @Test func `kinds, children and attributes`() throws {
    try made.group("obs", attributes: #"{"_index": "_index", "order": ["a", "b"], "n": [3, 4]}"#)
    try made.array("obs/a", shape: [3], chunk: [2], attributes: #"{"x": 1.5, "y": true, "z": []}"#)
    try made.write("obs/other/file", [1])
    let store = try made.open()
    #expect(store.version == 3)
    #expect(try store.kind(of: "/") == .group && store.kind(of: "obs") == .group)
    #expect(try store.kind(of: "obs/a") == .dataset && store.kind(of: "obs/other") == nil)
    #expect(try store.kind(of: "obs/a/c") == nil && store.kind(of: "obs/a/zarr.json") == nil)
    #expect(try store.children(of: "/") == ["obs"] && store.children(of: "obs") == ["a"])
    #expect(try store.attribute("_index", of: "obs") == .string("_index"))
    #expect(try store.attribute("order", of: "obs") == .strings(["a", "b"]))
    #expect(try store.attribute("n", of: "obs") == .integers([3, 4]))
    #expect(try store.attribute("x", of: "obs/a") == .float(1.5))
    #expect(try store.attribute("y", of: "obs/a") == .boolean(true))
    #expect(try store.attribute("z", of: "obs/a") == .empty)
    #expect(try store.attribute("w", of: "obs/a") == nil)
    #expect(try store.array("obs/a").info.shape == [3])
  }

  @Test func `so are those of strings of fixed length`() throws {
    for (type, fill, expected) in [
      (#""name": "fixed_length_utf32", "configuration": {"length_bytes": 8}"#, "é", "é"),
      (#""name": "null_terminated_bytes", "configuration": {"length_bytes": 4}"#, "eHk=", "xy"),
      (#""name": "null_terminated_bytes", "configuration": {"length_bytes": 4}"#, "eAAAAA==", "x"),
      (#""name": "fixed_length_utf32", "configuration": {"length_bytes": 8}"#, "", ""),
    ] {
      try made.array("u", shape: [3], chunk: [2], type: "{\(type)}", fill: "\"\(fill)\"")
      #expect(try made.open().array("u").strings() == [expected, expected, expected])
    }
    try made.array(
      "w", shape: [2], chunk: [2],
      type: #"{"name": "null_terminated_bytes", "configuration": {"length_bytes": 4}}"#,
      fill: "\"?\"")
    #expect(throws: ZarrError.self) { try made.open().array("w") }
  }

  @Test func `chunks that were never written are the fill value`() throws {
    try made.array("a", shape: [5], chunk: [2], fill: "7")
    try made.write("a/c/1", bytes([1, 2] as [Int32]))
    try made.array("b", shape: [2, 3], chunk: [1, 2], type: "\"float64\"", fill: "\"NaN\"")
    try made.array(
      "t", shape: [3], chunk: [2], type: "\"string\"", fill: "\"x\"", codecs: MadeStore.strings)
    try made.write("t/c/1", bytes([2, 1] as [Int32]) + Array("y".utf8) + bytes([0] as [Int32]))
    try made.array("s", shape: [], chunk: [], type: "\"uint64\"", fill: "18446744073709551615")
    let store = try made.open()
    #expect(try store.array("a").read(as: Int.self) == [7, 7, 1, 2, 7])
    #expect(try store.array("b").read(as: Double.self).allSatisfy(\.isNaN))
    #expect(try store.array("t").strings() == ["x", "x", "y"])
    #expect(try store.array("s").read(as: UInt64.self) == [.max])
  }

  @Test func `numbers convert as HDF5 converts them`() throws {
    try made.array("a", shape: [3], chunk: [3])
    try made.write("a/c/0", bytes([-1, 300, 1 << 30] as [Int32]))
    try made.array("f", shape: [4], chunk: [4], type: "\"float32\"")
    try made.write(
      "f/c/0", bytes([Float(1.9), -1.9, .infinity, .nan].map { $0.bitPattern }))
    let store = try made.open()
    #expect(try store.array("a").read(as: UInt8.self) == [0, 255, 255])
    #expect(try store.array("a").read(as: Int8.self) == [-1, 127, 127])
    #expect(try store.array("f").read(as: Int16.self) == [1, -1, .max, 0])
  }

  @Test func `names that lead out of the store are absent`() throws {
    try made.write("../secret/zarr.json", text: #"{"zarr_format": 3, "node_type": "group"}"#)
    let store = try made.open()
    for name in ["../secret", "a/../../secret", "/../secret", "./../secret", "a\0b"] {
      #expect(try store.kind(of: name) == nil, "\(name)")
    }
  }

  @Test func `links within a store are not followed, the store itself may be one`() throws {
    let manager = FileManager.default
    try made.write("../secret/zarr.json", text: #"{"zarr_format": 3, "node_type": "group"}"#)
    try manager.createSymbolicLink(
      atPath: made.path + "/obs", withDestinationPath: made.folder.path("secret"))
    try made.array("a", shape: [2], chunk: [2])
    try manager.createDirectory(atPath: made.path + "/a/c", withIntermediateDirectories: true)
    try manager.createSymbolicLink(atPath: made.path + "/a/c/0", withDestinationPath: "/etc/passwd")
    let advice =
      "is a symbolic link, which is not followed; copy the store with the files "
      + "themselves: cp -RL"
    #expect(made.failure { _ = try $0.kind(of: "obs") } == "'obs/zarr.json' in 's' \(advice)")
    #expect(made.failure { _ = try $0.array("a").read(as: Int.self) } == "'a/c/0' in 's' \(advice)")
    try manager.createSymbolicLink(
      atPath: made.folder.path("link"), withDestinationPath: made.path)
    #expect(try ZarrStore(readingAt: made.folder.path("link")).kind(of: "a") == .dataset)
  }

  @Test func `metadata that are damaged, or of unlikely size`() throws {
    func said(_ text: String) throws -> String {
      try made.write("a/zarr.json", text: text)
      return made.failure { _ = try $0.array("a") }
    }
    #expect(
      try said("{")
        == "'zarr.json' of 'a' in 's' is damaged: its text ends at byte 1, where a name was expected"
    )
    #expect(try said("[]") == "'zarr.json' of 'a' in 's' is damaged: it is no object")
    #expect(try said("{}") == "'zarr.json' of 'a' in 's' is damaged: 'zarr_format' is not 3")
    #expect(
      try said(#"{"zarr_format": 3, "node_type": "x"}"#)
        == "'zarr.json' of 'a' in 's' is damaged: 'node_type' is 'x'")
    #expect(
      try said(#"{"zarr_format": 3, "node_type": "array", "shape": [-1]}"#)
        == "'zarr.json' of 'a' in 's' is damaged: 'shape' is [-1]")
    #expect(
      try said(#"{"zarr_format": 3, "node_type": "array", "shape": [4294967296, 4294967296]}"#)
        == "'zarr.json' of 'a' in 's' is damaged: 'shape' is [4294967296, 4294967296]")
    let file = try FileHandle(forWritingTo: URL(filePath: made.path + "/a/zarr.json"))
    try file.truncate(atOffset: 1 << 30)
    #expect(
      made.failure { _ = try $0.array("a") }
        == "cannot read 'a/zarr.json' in 's': it has 1073741824 bytes, more than the 33554432 that are plausible"
    )
  }

  @Test func `what is not supported is named`() throws {
    func said(chunk: [Int] = [2], codecs: String = MadeStore.plain) throws -> String {
      try made.array("a", shape: [2], chunk: chunk, codecs: codecs)
      return made.failure { _ = try $0.array("a").read(as: Int.self) }
    }
    let advice = ", which is not supported; write the store again with anndata"
    #expect(
      try said(codecs: #"[{"name": "bytes"}, {"name": "numcodecs.zfpy"}]"#)
        == "'a' in 's' has the codec 'zfpy'\(advice)")
    #expect(
      try said(
        codecs:
          #"[{"name": "sharding_indexed", "configuration": {"chunk_shape": [2], "codecs": [{"name": "sharding_indexed"}]}}]"#
      )
        == "'a' in 's' has the codec 'sharding_indexed'\(advice)")
    #expect(
      try said(chunk: [2, 2])
        == "'zarr.json' of 'a' in 's' is damaged: 'chunk_shape' is [2, 2] for the shape [2]")
    #expect(
      try said(chunk: [1 << 40])
        == "'zarr.json' of 'a' in 's' is damaged: 'chunk_shape' is [1099511627776], which takes more than 2 GB"
    )
    #expect(
      try said(chunk: [1 << 28])
        == "'zarr.json' of 'a' in 's' is damaged: 'chunk_shape' is [268435456], far more than the array of shape [2]"
    )
    try made.array("c", shape: [2], chunk: [2], type: "\"complex64\"", fill: "[0, 0]")
    #expect(
      made.failure { _ = try $0.array("c").read(as: Int.self) }
        == "'c' in 's' holds complex64, not numbers")
    try made.array("d", shape: [2, 2, 2], chunk: [2, 2, 2])
    #expect(
      made.failure { _ = try $0.array("d").read(as: Int.self) }
        == "'d' in 's' has numbers in 3 dimensions\(advice)")
    #expect(
      made.failure { _ = try $0.array("d").strings() } == "'d' in 's' holds int32, not strings")
    #expect(made.failure { _ = try $0.array("e") } == "'s' has no 'e'; there are: a, c, d")
    #expect(made.failure { _ = try $0.array("/") } == "'/' in 's' is a group, not a dataset")
    #expect(
      made.failure { _ = try $0.array("d").read(5..<7, as: Int.self) }
        == "'d' in 's' has numbers in 3 dimensions\(advice)")
  }

  @Test func `more elements than are stored`() throws {
    try made.array("a", shape: [1 << 30], chunk: [1 << 20])
    // The metadata are among the bytes.
    #expect(
      made.failure { _ = try $0.array("a").read(as: Int8.self) }.hasPrefix(
        "'a' in 's' is damaged: it states 1073741824 elements, but only 3"))
    #expect(made.failure { try $0.array("a").requireStored() }.contains("is damaged"))
    try made.array("b", shape: [1 << 24], chunk: [1 << 20])
    #expect(try made.open().array("b").read(as: Int8.self).count == 1 << 24)
  }

  @Test func `damaged chunks are named`() throws {
    let zstd = #"[{"name": "bytes"}, {"name": "zstd"}]"#
    func said(_ stored: [UInt8], codecs: String = MadeStore.plain) throws -> String {
      try made.array("a", shape: [2], chunk: [2], codecs: codecs)
      try made.write("a/c/0", stored)
      return made.failure { _ = try $0.array("a").read(as: Int.self) }
        .replacing("'a' in 's' is damaged: chunk 'c/0' cannot be read: ", with: "")
        .replacing("; copy or download the store again", with: "")
    }
    #expect(try said([1, 2, 3]) == "it has 3 bytes, not 8")
    #expect(try said([]) == "it has 0 bytes, not 8")
    #expect(
      try said([UInt8](repeating: 0, count: 10_000))
        == "it has 10000 bytes, more than the 4112 that are plausible")
    #expect(try said([1, 2, 3], codecs: zstd) == "its compressed bytes are not valid")
    #expect(try said([], codecs: zstd) == "it is too short")
    #expect(
      try said(
        [1, 2, 3, 4, 5, 6, 7, 8, 0, 0, 0, 0], codecs: #"[{"name": "bytes"}, {"name": "crc32c"}]"#)
        == "its checksum is wrong")
    try made.array(
      "t", shape: [2], chunk: [2], type: "\"string\"", fill: "\"\"", codecs: MadeStore.strings)
    for (stored, reason) in [
      ([], "its strings end too early"), (bytes([1, 0] as [Int32]), "it has 1 strings, not 2"),
      (bytes([2, 0, -1] as [Int32]), "its strings end too early"),
      (bytes([2, 1000, 0] as [Int32]), "its strings end too early"),
    ] {
      try made.write("t/c/0", stored)
      #expect(made.failure { _ = try $0.array("t").strings() }.contains(reason), "\(reason)")
    }
  }
}
