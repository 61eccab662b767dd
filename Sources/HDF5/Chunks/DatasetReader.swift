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
  let layout: ChunkLayout?
  let conversion: NumberConversion?
  let shared: SharedChunks
  let inflater: Inflater

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
  /// - Parameter rows: The rows, within `0..<info.rowCount`; request each row once per pass.
  /// - Returns: The values in row-major order; `rows.count * info.rowSize`.
  /// - Throws: ``HDF5Error`` if the rows do not exist or are damaged.
  package func read(_ rows: Range<Int>) throws(HDF5Error) -> [Number] {
    let count = try dataset.count(ofRows: rows, bytesPerElement: MemoryLayout<Number>.size)
    guard count > 0 else { return [] }
    if let layout, let conversion { return try read(rows, count, layout, conversion) }
    if let chunk = dataset.info.chunk, chunk.count == 1 {
      return try readByLibrary(rows, chunkRows: chunk[0])
    }
    if let conversion, layout == nil, conversion.changes {
      return try readUnconverted(rows, count, conversion)
    }
    return try dataset.read(rows, as: Number.self)
  }

  /// Reads rows from chunks that this package decodes.
  private func read(
    _ rows: Range<Int>, _ count: Int, _ layout: ChunkLayout, _ conversion: NumberConversion
  ) throws(HDF5Error) -> [Number] {
    var values = [Number](uninitialized: count)
    func take(_ chunk: Int, waits: Bool) throws(HDF5Error) -> Bool {
      let present = layout.rows(ofChunkRow: chunk / layout.chunksAcross)
      let wanted = present.clamped(to: rows)
      if wanted == present, !conversion.changes, layout.isInflatedInPlace(chunk) {
        // Decode straight into the result.
        let stored = try layout.fetch(chunk, of: dataset)
        let size = MemoryLayout<Number>.size * layout.columns
        let place = (present.lowerBound - rows.lowerBound) * size
        try layout.inflate(
          stored, chunk, dataset.location, using: inflater, into: &values,
          bytes: place..<place + present.count * size)
        return true
      }
      guard let bytes = try bytes(chunk, layout, present, wanted, waits: waits) else {
        return false
      }
      unsafe values.withUnsafeMutableBytes { output in
        unsafe layout.copy(
          wanted, of: bytes, fromChunk: chunk, to: output, startingAt: rows.lowerBound,
          bytesOfResult: MemoryLayout<Number>.size, conversion)
      }
      return true
    }
    let first = rows.lowerBound / layout.chunkRows
    let end = (rows.upperBound - 1) / layout.chunkRows + 1
    // Chunks that other threads are decoding come last, so that threads do not wait for each other.
    var postponed: [Int] = []
    for chunk in first * layout.chunksAcross..<end * layout.chunksAcross {
      if try !take(chunk, waits: false) { postponed.append(chunk) }
    }
    for chunk in postponed { _ = try take(chunk, waits: true) }
    return values
  }

  /// Returns a decoded chunk, or `nil` if another thread is decoding it and the caller does not
  /// wait.
  private func bytes(
    _ chunk: Int, _ layout: ChunkLayout, _ present: Range<Int>, _ wanted: Range<Int>, waits: Bool
  ) throws(HDF5Error) -> [UInt8]? {
    func decode() throws(HDF5Error) -> [UInt8] {
      try layout.decode(
        layout.fetch(chunk, of: dataset), chunk, dataset.location, using: inflater)
    }
    // No other read needs a chunk that this one reads whole.
    guard wanted != present else { return try decode() }
    return try shared.chunk(
      chunk, taking: wanted.count, of: present.count, waits: waits, decode: decode)
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
      guard let bytes else { continue }
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

extension ChunkLayout {
  /// Copies some rows of a chunk to their place in the result.
  ///
  /// - Parameters:
  ///   - rows: The rows, as row numbers of the dataset.
  ///   - bytes: The chunk.
  ///   - chunk: Its number.
  ///   - output: The buffer for the result, whole rows of the dataset.
  ///   - firstRow: The first row of the result.
  ///   - size: The bytes of one number in the result.
  ///   - conversion: The conversion to the numbers of the result.
  fileprivate func copy(
    _ rows: Range<Int>, of bytes: [UInt8], fromChunk chunk: Int,
    to output: UnsafeMutableRawBufferPointer, startingAt firstRow: Int, bytesOfResult size: Int,
    _ conversion: NumberConversion
  ) {
    let firstColumn = chunk % chunksAcross * chunkColumns
    let width = Swift.min(chunkColumns, columns - firstColumn)
    // Full rows are contiguous in both the chunk and the result.
    let isWide = width == columns && width == chunkColumns
    let (runs, length) = isWide ? (1, rows.count * width) : (rows.count, width)
    let firstInChunk = rows.lowerBound - chunk / chunksAcross * chunkRows
    unsafe bytes.withUnsafeBytes { bytes in
      for run in 0..<runs {
        let from = (firstInChunk + run) * chunkColumns * element.bytes
        let to = ((rows.lowerBound - firstRow + run) * columns + firstColumn) * size
        unsafe conversion.convert(
          UnsafeRawBufferPointer(rebasing: bytes[from..<from + length * element.bytes]),
          into: UnsafeMutableRawBufferPointer(rebasing: output[to..<to + length * size]))
      }
    }
  }
}

/// Returns the product, or `Int.max` on overflow.
private func multiplied(_ a: Int, _ b: Int) -> Int {
  let (product, overflow) = a.multipliedReportingOverflow(by: b)
  return overflow ? .max : product
}
