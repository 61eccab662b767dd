import Foundation
import TestSupport
import Zarr

/// A store of version 3 that a test makes file by file.
struct MadeStore {
  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    try group("")
  }

  var path: String { folder.path("s") }

  /// Writes a file.
  func write(_ key: String, _ bytes: [UInt8]) throws {
    let file = URL(filePath: "\(path)/\(key)")
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(bytes).write(to: file)
  }

  /// Writes a file of text.
  func write(_ key: String, text: String) throws { try write(key, Array(text.utf8)) }

  /// Makes a group.
  func group(_ key: String, attributes: String = "{}") throws {
    try write(
      key.isEmpty ? "zarr.json" : "\(key)/zarr.json",
      text: #"{"zarr_format": 3, "node_type": "group", "attributes": \#(attributes)}"#)
  }

  /// Makes an array without chunks.
  func array(
    _ key: String, shape: [Int], chunk: [Int], type: String = "\"int32\"", fill: String = "0",
    codecs: String = MadeStore.plain, attributes: String = "{}"
  ) throws {
    try write(
      "\(key)/zarr.json",
      text: """
        {"zarr_format": 3, "node_type": "array", "shape": \(shape), "data_type": \(type),
         "chunk_grid": {"name": "regular", "configuration": {"chunk_shape": \(chunk)}},
         "chunk_key_encoding": {"name": "default"}, "fill_value": \(fill), "codecs": \(codecs),
         "attributes": \(attributes)}
        """)
  }

  static let plain = #"[{"name": "bytes", "configuration": {"endian": "little"}}]"#
  static let strings = #"[{"name": "vlen-utf8"}]"#

  /// The codecs of shards of plain chunks.
  static func shards(of chunk: [Int], codecs: String = plain, checksum: Bool = false) -> String {
    let index = #"{"name": "bytes", "configuration": {"endian": "little"}}"#
    return """
      [{"name": "sharding_indexed", "configuration": {"chunk_shape": \(chunk), "codecs": \(codecs),
        "index_codecs": [\(index)\(checksum ? #", {"name": "crc32c"}"# : "")]}}]
      """
  }

  func open() throws -> ZarrStore { try ZarrStore(readingAt: path) }

  /// The text of what `body` throws, with the folder left out.
  func failure(_ body: (ZarrStore) throws -> Void) -> String {
    do {
      try body(open())
      return "nothing was thrown"
    } catch {
      return "\(error)".replacing(folder.url.path + "/", with: "")
    }
  }
}

/// The bytes of numbers, the lowest first.
func bytes(_ numbers: [some FixedWidthInteger]) -> [UInt8] {
  numbers.flatMap { number in
    (0..<number.bitWidth / 8).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
  }
}
