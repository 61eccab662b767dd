package import StoredArrays

/// A reader for one pass over a dataset of numbers, by several threads at a time.
///
/// The C library holds a lock while it inflates. The reader therefore fetches the stored chunks,
/// and the requesting threads inflate, unshuffle and convert them. A chunk that serves several
/// reads is decoded once. The C library reads datasets of other layouts or foreign number types.
/// Both ways give the same numbers.
///
///     let reader = try DatasetReader(file.dataset("X/data"), as: Float.self)
///     let values = try reader.read(0..<1000)
package final class DatasetReader<Number: StoredNumber>: Sendable {
  let dataset: Dataset
  private let layout: ChunkLayout?
  private let conversion: NumberConversion?
  private let shared: SharedChunks<HDF5Error>
  private let inflater: Inflater

  /// The dataset's shape, type and storage.
  package var info: DatasetInfo { dataset.info }

  /// The dataset's path in its file.
  package var name: String { dataset.name }

  /// The file's path.
  package var path: String { dataset.path }

  /// Takes over a dataset.
  ///
  /// - Parameters:
  ///   - dataset: The dataset.
  ///   - type: The type that the elements are converted to.
  ///   - chunkBytes: The bytes of decoded chunks that are kept. The default is 256 MiB.
  /// - Throws: ``HDF5Error`` if they are not numbers.
  package convenience init(
    _ dataset: consuming Dataset, as type: Number.Type, keeping chunkBytes: Int = 1 << 28
  ) throws(HDF5Error) {
    try self.init(dataset, as: type, keeping: chunkBytes, inflater: .fastest)
  }

  /// Takes over a dataset and inflates its chunks with the given decompressor.
  package init(
    _ dataset: consuming Dataset, as type: Number.Type, keeping chunkBytes: Int = 1 << 28,
    inflater: Inflater
  ) throws(HDF5Error) {
    try dataset.requireNumbers()
    layout = try ChunkLayout(of: dataset)
    conversion = try NativeNumber(of: dataset).flatMap {
      NumberConversion(from: $0, to: NativeNumber(of: type))
    }
    // Adjacent reads of a list share few chunks; those of a matrix share a whole row of chunks.
    let size = dataset.info.chunk?.reduce(MemoryLayout<Number>.size, multiplied) ?? 1
    shared = SharedChunks(most: Swift.max(1, chunkBytes / Swift.max(1, size)))
    self.inflater = inflater
    self.dataset = dataset
  }

  /// A flag that is true if chunks are decoded outside the C library's lock and shared between
  /// reads.
  package var sharesChunks: Bool { layout != nil && conversion != nil }

  /// Reads some rows, on any thread.
  ///
  /// - Parameters:
  ///   - rows: The rows, within `0..<info.rowCount`; request each row once per pass.
  ///   - spare: The arrays of which one may be used for the result. The default is `nil`, for a new
  ///     array.
  /// - Returns: The values in row-major order; `rows.count * info.rowSize`.
  /// - Throws: ``HDF5Error`` if the rows do not exist or are damaged.
  package func read(
    _ rows: Range<Int>, spare: SpareArrays<Number>? = nil
  ) throws(HDF5Error) -> [Number] {
    let count = try dataset.count(ofRows: rows, bytesPerElement: MemoryLayout<Number>.size)
    guard count > 0 else { return [] }
    if let numbers { return try numbers.read(rows, from: self, spare: spare) }
    if let chunk = dataset.info.chunk, chunk.count == 1 {
      return try readByLibrary(rows, chunkRows: chunk[0])
    }
    if let conversion, layout == nil, conversion.changes {
      return try readUnconverted(rows, count, conversion)
    }
    return try dataset.read(rows, as: Number.self)
  }

  /// Reads some columns of all rows of a matrix, on any thread.
  ///
  /// - Parameter columns: The columns, within the second dimension; request each once per pass.
  ///   Chunks are decoded whole, so more columns can be decoded than are read.
  /// - Returns: The values in row-major order; `(rows, columns.count)`.
  /// - Throws: ``HDF5Error`` if the columns do not exist or are damaged.
  package func readColumns(_ columns: Range<Int>) throws(HDF5Error) -> [Number] {
    guard info.shape.count == 2, columns.lowerBound >= 0, columns.upperBound <= info.shape[1]
    else {
      throw .outOfRange(
        name: name, path: path, range: columns, count: info.shape.dropFirst().first ?? 0)
    }
    try checkMemory(
      forShape: [info.shape[0], columns.count], bytesPerElement: MemoryLayout<Number>.size,
      dataset.location)
    guard info.shape[0] > 0, !columns.isEmpty else { return [] }
    guard let numbers else { return try dataset.readColumns(columns) }
    return try numbers.readColumns(columns, from: self)
  }

  /// Reads a list by whole chunks, so that the C library decodes each chunk once.
  private func readByLibrary(
    _ rows: Range<Int>, chunkRows: Int
  ) throws(HDF5Error) -> [Number] {
    var values: [Number] = []
    values.reserveCapacity(rows.count)
    for chunk in rows.lowerBound / chunkRows...(rows.upperBound - 1) / chunkRows {
      let present = chunk * chunkRows..<Swift.min((chunk + 1) * chunkRows, dataset.info.rowCount)
      let wanted = present.clamped(to: rows)
      guard wanted != present else {
        values += try dataset.read(present, as: Number.self)
        continue
      }
      let bytes = try shared.chunk(
        chunk, taking: wanted.count, of: present.count, waits: true
      ) { () throws(HDF5Error) in
        let values = try dataset.read(present, as: Number.self)
        return unsafe values.withUnsafeBytes { unsafe Array($0) }
      }
      guard let (bytes, _) = bytes else { continue }
      unsafe bytes.withUnsafeBytes {
        let chunk = unsafe $0.assumingMemoryBound(to: Number.self)
        unsafe values.append(
          contentsOf: chunk[
            wanted.lowerBound - present.lowerBound..<wanted.upperBound - present.lowerBound])
      }
    }
    return values
  }

  /// Reads a contiguous dataset, and converts its numbers outside the lock.
  private func readUnconverted(
    _ rows: Range<Int>, _ count: Int, _ conversion: NumberConversion
  ) throws(HDF5Error) -> [Number] {
    var stored = [UInt8](uninitialized: count * conversion.source.bytes)
    try dataset.read(rows, as: conversion.source, into: &stored)
    var values = [Number](uninitialized: count)
    unsafe values.withUnsafeMutableBytes { output in
      unsafe stored.withUnsafeBytes { unsafe conversion.convert($0, into: output) }
    }
    return values
  }
}

extension DatasetReader: ChunkSource {
  /// The reader of chunks that this package decodes; `nil` if only the C library decodes them.
  private var numbers: ChunkedNumbers<Number, HDF5Error>? {
    guard let layout, let conversion else { return nil }
    return ChunkedNumbers(layout.geometry, conversion, sharing: shared)
  }

  /// Returns the bytes of a chunk, row by row.
  ///
  /// - Throws: ``HDF5Error`` if it is damaged.
  package func decoded(_ chunk: Int) throws(HDF5Error) -> [UInt8] {
    guard let layout else { preconditionFailure("the C library decodes '\(name)'") }
    return try layout.decode(
      layout.fetch(chunk, of: dataset), chunk, dataset.location, using: inflater)
  }

  /// Returns whether a chunk is inflated into its place.
  package func decodesInPlace(_ chunk: Int) -> Bool { layout?.isOnlyInflated ?? false }

  /// Inflates a chunk into its place.
  ///
  /// - Throws: ``HDF5Error`` if it is damaged.
  package func decode(
    _ chunk: Int, into output: UnsafeMutableRawBufferPointer
  ) throws(HDF5Error) {
    guard let layout else { preconditionFailure("the C library decodes '\(name)'") }
    try unsafe layout.inflate(
      layout.fetch(chunk, of: dataset), chunk, dataset.location, using: inflater, into: output)
  }
}

/// Returns the product, or `Int.max` on overflow.
private func multiplied(_ a: Int, _ b: Int) -> Int {
  let (product, overflow) = a.multipliedReportingOverflow(by: b)
  return overflow ? .max : product
}
