import Foundation
import Testing
import TestSupport

/// Zarr stores that nobody can trust: each is refused with a sentence, in bounded memory and time.
@Suite struct HostileStoresTests {
  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    try FileManager.default.copyItem(
      at: TestFiles.fixtures.appending(path: "formats/v3.zarr"),
      to: folder.url.appending(path: "x.zarr"))
  }

  private func file(_ key: String) -> URL { folder.url.appending(path: "x.zarr/\(key)") }

  /// Changes a file of metadata.
  private func replace(_ old: Regex<some Any>, with new: String, in key: String) throws {
    let text = try String(contentsOf: file(key), encoding: .utf8)
    #expect(text.contains(old), "\(key)")
    try Data(text.replacing(old, with: new).utf8).write(to: file(key))
  }

  private func replaceFirst(_ old: Regex<some Any>, with new: String, in key: String) throws {
    let text = try String(contentsOf: file(key), encoding: .utf8)
    #expect(text.contains(old), "\(key)")
    try Data(text.replacing(old, with: new, maxReplacements: 1).utf8).write(to: file(key))
  }

  /// Runs `inspect`, and `integrate` with another file beside the store.
  private func check(_ message: String, status: Int32 = 65) throws {
    let run = try HostileRun(["inspect", "x.zarr"], in: folder.url)
    #expect(run.fault == nil && run.status == status, "\(run.error)")
    #expect(run.error.contains(message), "\(run.error)")
    let whole = TestFiles.fixtures.appending(path: "formats/integers.h5ad").path
    let integrated = try HostileRun(
      [
        "x.zarr", whole, "-o", "out.h5ad", "--visits", "256", "--hidden-sizes", "8", "--n-latent",
        "2", "--n-components", "2", "--join", "outer", "--quiet",
      ], in: folder.url, output: "out.h5ad")
    #expect(integrated.fault == nil, "\(integrated.error)")
  }

  /// A frame of Zstandard with a gigabyte of the same byte.
  private var bomb: Data {
    var bytes: [UInt8] = [0x28, 0xB5, 0x2F, 0xFD, 0x00, 0x58]
    for block in 0..<8192 {
      let header = (1 << 17) << 3 | 1 << 1 | (block == 8191 ? 1 : 0)
      bytes += [0, 8, 16].map { UInt8(truncatingIfNeeded: header >> $0) } + [65]
    }
    return Data(bytes)
  }

  @Test func `metadata of a gigabyte`() throws {
    let handle = try FileHandle(forWritingTo: file("zarr.json"))
    try handle.truncate(atOffset: 1 << 30)
    try check(
      "'zarr.json' in 'x.zarr': it has 1073741824 bytes, more than the 33554432 that are plausible")
  }

  @Test func `metadata of a hundred thousand levels`() throws {
    try Data(String(repeating: "{\"a\":", count: 100_000).utf8).write(to: file("obs/zarr.json"))
    try check("'zarr.json' of 'obs' in 'x.zarr' is damaged: it has more than 200 levels")
  }

  @Test func `bombs in place of chunks`() throws {
    try bomb.write(to: file("obs/_index/c/0"))
    try check("'obs/_index' in 'x.zarr' is damaged: chunk 'c/0' cannot be read")
  }

  @Test func `a bomb in place of numbers`() throws {
    try bomb.write(to: file("X/indptr/c/0"))
    try check(
      "'X/indptr' in 'x.zarr' is damaged: chunk 'c/0' cannot be read: it has 32774 bytes, more than "
        + "the 4296 that are plausible")
  }

  @Test func `sizes that only the metadata state`() throws {
    for part in ["data", "indices"] {
      try replaceFirst(
        /"shape": \[\s*139\s*\]/, with: "\"shape\": [900000000000]", in: "X/\(part)/zarr.json")
    }
    try check("'X/indices' in 'x.zarr' is damaged: it states 900000000000 elements, but only")
  }

  @Test func `names of a thousand million cells`() throws {
    try replaceFirst(
      /"shape": \[\s*24\s*\]/, with: "\"shape\": [4000000000]", in: "obs/_index/zarr.json")
    try check("'obs/_index' in 'x.zarr'")
  }

  @Test func `columns that lead out of the store`() throws {
    try Data("x".utf8).write(to: folder.url.appending(path: "secret"))
    try replace(/"batch"/, with: "\"../../secret\"", in: "obs/zarr.json")
    let run = try HostileRun(["inspect", "x.zarr"], in: folder.url)
    #expect(run.fault == nil && run.status == 0, "\(run.error)")
  }

  @Test func `an index that leads out of the store`() throws {
    try replace(
      /"_index": "_index"/, with: "\"_index\": \"../../../etc/passwd\"", in: "obs/zarr.json")
    try check("'x.zarr' has no 'obs/../../../etc/passwd'")
  }

  @Test func `links to files elsewhere`() throws {
    try FileManager.default.removeItem(at: file("X/data/c/0"))
    try FileManager.default.createSymbolicLink(
      atPath: file("X/data/c/0").path, withDestinationPath: "/dev/zero")
    let run = try HostileRun(["inspect", "x.zarr"], in: folder.url)
    #expect(run.fault == nil, "\(run.error)")
    #expect(run.error.contains("is a symbolic link, which is not followed") || run.status == 0)
  }

  @Test func `a pipe in place of a chunk`() throws {
    try FileManager.default.removeItem(at: file("obs/_index/c/0"))
    let made = try Program.shell("mkfifo x.zarr/obs/_index/c/0", in: folder.url)
    #expect(made.status == 0)
    try check("chunk 'c/0' cannot be read: it is not a regular file")
  }

  @Test func `a group without its arrays`() throws {
    try FileManager.default.removeItem(at: file("var"))
    try check("'x.zarr' is a zarr store without 'obs' and 'var'")
  }
}
