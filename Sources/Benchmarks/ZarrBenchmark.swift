import CellFiles
import Foundation
import HDF5
import StoredArrays
import Zarr

/// Reading a sharded zarr store with zstd before training, compared with an `.h5ad` with gzip of the same
/// cells.
///
/// The cells are those of ``ReadingBenchmark``. A shard has 64 chunks of 65,536 values.
struct ZarrBenchmark: Benchmark {
  static let name = "zarr"

  private static let (chunk, chunksOfShard) = (1 << 16, 64)

  func run(into report: inout BenchmarkReport) throws {
    guard let zstd = ZstandardEncoder() else {
      throw BenchmarkFailure("libzstd is not installed; install it: apt-get install libzstd1")
    }
    try withTemporaryFolder { folder in
      let reading = ReadingBenchmark()
      let (path, store) = (
        folder.appending(path: "cells.h5ad").path, folder.appending(path: "cells.zarr").path
      )
      try reading.write(cells: report.settings.cells ?? 20_000, to: path)
      try write(path, to: store, zstd)
      let threads = report.settings.threads ?? ProcessInfo.processInfo.activeProcessorCount
      var seconds: [Double] = []
      for (name, file) in [("h5ad with gzip", path), ("sharded zarr with zstd", store)] {
        let clock = ContinuousClock()
        let (passes, before) = (clock.now, ReadingBenchmark.processorSeconds())
        _ = try reading.passes(over: file, threads: threads)
        seconds.append((clock.now - passes).seconds)
        let worked = ReadingBenchmark.processorSeconds() - before
        report.add("reading and gathering, \(name)", seconds[seconds.count - 1], unit: "s")
        report.add("  of processors, by thread", worked / Double(threads), unit: "s")
      }
      report.add("  zarr's share of the time of the h5ad", seconds[1] / seconds[0], unit: "")
    }
  }

  /// Writes the contents of the `.h5ad` as a store.
  private func write(_ path: String, to store: String, _ zstd: ZstandardEncoder) throws {
    let file = try File(readingAt: path)
    try FileManager.default.createDirectory(atPath: store, withIntermediateDirectories: true)
    let writer = ZarrWriter(path: store, version: 3)
    for group in ["/", "X", "obs", "var"] { try writer.createGroup(group) }
    try writer.setAttribute("encoding-type", of: "X", to: .string("csr_matrix"))
    if let shape = try file.attribute("shape", of: "X") {
      try writer.setAttribute("shape", of: "X", to: shape)
    }
    try writer.write(try file.read("X/indptr", as: Int64.self), at: "X/indptr")
    for table in ["obs", "var"] {
      try writer.write(strings: try file.strings("\(table)/_index"), at: "\(table)/_index")
      try writer.setAttribute("_index", of: table, to: .string("_index"))
      try writer.setAttribute(
        "column-order", of: table, to: table == "obs" ? .strings(["batch"]) : .empty)
    }
    try writer.write(strings: try file.strings("obs/batch"), at: "obs/batch")
    try writeShards(
      try file.dataset("X/data"), as: Float.self, "float32", to: "\(store)/X/data", zstd)
    try writeShards(
      try file.dataset("X/indices"), as: Int32.self, "int32", to: "\(store)/X/indices", zstd)
  }

  private func writeShards<Number: StoredNumber>(
    _ dataset: borrowing Dataset, as type: Number.Type, _ name: String, to folder: String,
    _ zstd: ZstandardEncoder
  ) throws {
    let (count, shard) = (dataset.info.count, Self.chunk * Self.chunksOfShard)
    try FileManager.default.createDirectory(
      atPath: "\(folder)/c", withIntermediateDirectories: true)
    let metadata = """
      {"zarr_format": 3, "node_type": "array", "shape": [\(count)], "data_type": "\(name)",
       "chunk_grid": {"name": "regular", "configuration": {"chunk_shape": [\(shard)]}},
       "chunk_key_encoding": {"name": "default"}, "fill_value": 0, "codecs": [
         {"name": "sharding_indexed", "configuration": {"chunk_shape": [\(Self.chunk)],
          "codecs": [{"name": "bytes"}, {"name": "zstd"}], "index_codecs": [{"name": "bytes"}]}}]}
      """
    try Data(metadata.utf8).write(to: URL(filePath: "\(folder)/zarr.json"))
    for first in stride(from: 0, to: count, by: shard) {
      var (bytes, index) = (Data(), [UInt64](repeating: .max, count: 2 * Self.chunksOfShard))
      for number in 0..<Self.chunksOfShard where first + number * Self.chunk < count {
        let start = first + number * Self.chunk
        var values = try dataset.read(start..<min(start + Self.chunk, count), as: type)
        values += [Number](repeating: 0, count: Self.chunk - values.count)
        let encoded = unsafe values.withUnsafeBytes { unsafe zstd.encode($0) }
        index[2 * number] = UInt64(bytes.count)
        index[2 * number + 1] = UInt64(encoded.count)
        bytes += encoded
      }
      unsafe index.withUnsafeBytes { unsafe bytes.append(contentsOf: $0) }
      try bytes.write(to: URL(filePath: "\(folder)/c/\(first / shard)"))
    }
  }
}

/// The encoder of Zstandard, if the library is installed.
@safe
private struct ZstandardEncoder {
  private typealias Compress =
    @convention(c) (UnsafeMutableRawPointer, Int, UnsafeRawPointer, Int, Int32) -> Int

  private let compress: Compress

  init?() {
    guard let library = unsafe dlopen("libzstd.so.1", RTLD_NOW),
      let compress = unsafe dlsym(library, "ZSTD_compress")
    else { return nil }
    unsafe self.compress = unsafeBitCast(compress, to: Compress.self)
  }

  /// Encodes bytes, at the level of zarr's default.
  func encode(_ bytes: UnsafeRawBufferPointer) -> Data {
    var output = [UInt8](repeating: 0, count: bytes.count + bytes.count / 128 + 1024)
    guard let from = bytes.baseAddress else { return Data() }
    let count = unsafe output.withUnsafeMutableBytes { output in
      unsafe output.baseAddress.map { to in
        unsafe compress(to, output.count, from, bytes.count, 3)
      } ?? 0
    }
    return Data(output[..<count])
  }
}
