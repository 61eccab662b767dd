import Foundation
import StoredArrays
import Testing
import TestSupport

@testable import Zarr

/// Stores in zip archives, whole and damaged.
@Suite struct ArchiveTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// Makes an archive of one file with the metadata of a group, and others.
  private func archive(_ files: [(name: String, bytes: [UInt8])]) -> [UInt8] {
    var (bytes, list) = ([UInt8](), [UInt8]())
    let group = Array(#"{"zarr_format": 3, "node_type": "group"}"#.utf8)
    let all = [("zarr.json", group)] + files
    for (name, contents) in all {
      let sizes = ZarrTests.bytes([UInt32(contents.count), UInt32(contents.count)])
      let lengths = ZarrTests.bytes([UInt16(name.utf8.count), 0])
      let common: [UInt8] = [20, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0] + sizes + lengths
      list +=
        Array("PK\u{1}\u{2}".utf8) + [20, 0] + common + [UInt8](repeating: 0, count: 10)
        + ZarrTests.bytes([UInt32(bytes.count)]) + Array(name.utf8)
      bytes += Array("PK\u{3}\u{4}".utf8) + common + Array(name.utf8) + contents
    }
    let counts = ZarrTests.bytes([UInt16(all.count), UInt16(all.count)])
    return bytes + list + Array("PK\u{5}\u{6}".utf8) + [0, 0, 0, 0] + counts
      + ZarrTests.bytes([UInt32(list.count), UInt32(bytes.count)]) + [0, 0]
  }

  private func failure(_ bytes: [UInt8], _ body: (ZarrStore) throws -> Void = { _ in }) throws
    -> String
  {
    try Data(bytes).write(to: folder.url.appending(path: "s.zip"))
    do {
      try body(ZarrStore(readingAt: folder.path("s.zip")))
      return "nothing was thrown"
    } catch {
      return "\(error)".replacing(folder.url.path + "/", with: "")
    }
  }

  @Test func `an archive of a group`() throws {
    let inner = Array(#"{"zarr_format": 3, "node_type": "group"}"#.utf8)
    let bytes = archive([
      ("a/zarr.json", inner), ("../b/zarr.json", inner), ("/c/zarr.json", inner),
    ])
    #expect(try failure(bytes) == "nothing was thrown")
    let store = try ZarrStore(readingAt: folder.path("s.zip"))
    #expect(try store.children(of: "/") == ["a"])
    #expect(try store.kind(of: "a") == .group && store.kind(of: "../b") == nil)
    #expect(try store.kind(of: "c") == nil)
    #expect(ZarrStore.isStore(at: folder.path("s.zip/a")))
    #expect(!ZarrStore.isStore(at: folder.path("s.zip/b")))
    #expect(!ZarrStore.isStore(at: folder.path("s.zip/../x")))
  }

  @Test func `an archive that is truncated, or whose list is elsewhere`() throws {
    let whole = archive([])
    for count in 4..<whole.count {
      try Data(whole.prefix(count)).write(to: folder.url.appending(path: "s.zip"))
      #expect(!ZarrStore.isStore(at: folder.path("s.zip")))
    }
    var bytes = whole
    bytes[whole.count - 3] = 0x7F
    try Data(bytes).write(to: folder.url.appending(path: "s.zip"))
    #expect(!ZarrStore.isStore(at: folder.path("s.zip")))
  }

  @Test func `files that are not where the list says`() throws {
    let whole = archive([("a/zarr.json", [1])])
    let list = try #require(
      whole.indices.last { Array(whole[$0...].prefix(4)) == [0x50, 0x4B, 1, 2] })
    func changed(_ offset: Int, to values: [UInt8]) -> [UInt8] {
      var bytes = whole
      bytes.replaceSubrange(list + offset..<list + offset + values.count, with: values)
      return bytes
    }
    let prefix = "cannot read 'a/zarr.json' in 's.zip': "
    let read: (ZarrStore) throws -> Void = { _ = try $0.kind(of: "a") }
    #expect(
      try failure(changed(42, to: [255, 255, 255, 127]), read)
        == prefix + "the archive says that it is at 2147483647, after its end")
    #expect(
      try failure(changed(42, to: [1, 0, 0, 0]), read)
        == prefix + "the archive has no file at 1")
    #expect(
      try failure(changed(20, to: [0, 0, 0, 16, 0, 0, 0, 16]), read)
        == prefix + "it has 268435456 bytes, more than the 33554432 that are plausible")
    #expect(
      try failure(changed(20, to: [255, 0, 0, 1, 255, 0, 0, 1]), read).hasPrefix(
        prefix + "it has 16777471 bytes from "))
    // Deflated, a byte cannot become sixteen million.
    #expect(
      try failure(changed(10, to: [8, 0]), read).hasPrefix(prefix))
    var bomb = changed(10, to: [8, 0])
    bomb.replaceSubrange(list + 24..<list + 28, with: [0, 0, 0, 1])
    #expect(
      try failure(bomb, read) == prefix + "1 bytes in the archive cannot be 16777216")
    #expect(try failure(changed(8, to: [1, 0]), read) == prefix + "it is encrypted in the archive")
  }
}
