internal import HDF5
internal import StoredArrays
internal import Zarr

/// An array of a ``Container``.
///
/// Errors are `HDF5Error` and `ZarrError`.
enum StoredDataset: ~Copyable {
  case hdf5(Dataset)
  case zarr(ZarrArray)

  /// The array's path in its file.
  var name: String {
    switch self {
    case .hdf5(let dataset): dataset.name
    case .zarr(let array): array.name
    }
  }

  /// The file's path.
  var path: String {
    switch self {
    case .hdf5(let dataset): dataset.path
    case .zarr(let array): array.path
    }
  }

  /// The array's shape, type and storage.
  var info: DatasetInfo {
    switch self {
    case .hdf5(let dataset): dataset.info
    case .zarr(let array): array.info
    }
  }

  /// Reads all elements as numbers.
  func read<Number: StoredNumber>(as type: Number.Type) throws -> [Number] {
    try read(0..<info.rowCount, as: type)
  }

  /// Reads some rows as numbers.
  func read<Number: StoredNumber>(_ rows: Range<Int>, as type: Number.Type) throws -> [Number] {
    switch self {
    case .hdf5(let dataset): try dataset.read(rows, as: type)
    case .zarr(let array): try array.read(rows, as: type)
    }
  }

  /// Reads all elements as strings.
  func strings() throws -> [String] {
    switch self {
    case .hdf5(let dataset): try dataset.strings()
    case .zarr(let array): try array.strings()
    }
  }

  /// Reads all elements as Booleans.
  func booleans() throws -> [Bool] {
    switch self {
    case .hdf5(let dataset): try dataset.booleans()
    case .zarr(let array): try array.booleans()
    }
  }

  /// Reads one field of records as numbers; a zarr store has none.
  func read<Number: StoredNumber>(member: String, as type: Number.Type) throws -> [Number] {
    switch self {
    case .hdf5(let dataset): return try dataset.read(member: member, as: type)
    case .zarr(let array): throw noRecords(array)
    }
  }

  /// Reads one field of records as strings; a zarr store has none.
  func strings(member: String) throws -> [String] {
    switch self {
    case .hdf5(let dataset): return try dataset.strings(member: member)
    case .zarr(let array): throw noRecords(array)
    }
  }

  /// Checks that the file stores enough bytes for the elements.
  func requireStored() throws {
    switch self {
    case .hdf5(let dataset): try dataset.requireStored()
    case .zarr(let array): try array.requireStored()
    }
  }

  private func noRecords(_ array: ZarrArray) -> ZarrError {
    .wrongElements(name: array.name, path: array.path, expected: "records", found: info.element)
  }
}

/// A reader for one pass over an array of numbers, by several threads at a time.
enum NumberReader<Number: StoredNumber>: Sendable {
  case hdf5(DatasetReader<Number>)
  case zarr(ZarrReader<Number>)

  /// Takes over an array.
  ///
  /// - Parameters:
  ///   - dataset: The array.
  ///   - type: The type that the elements are converted to.
  ///   - chunkBytes: The bytes of decoded chunks that are kept.
  /// - Throws: `HDF5Error`, `ZarrError` if they are not numbers.
  init(_ dataset: consuming StoredDataset, as type: Number.Type, keeping chunkBytes: Int) throws {
    switch consume dataset {
    case .hdf5(let dataset): self = .hdf5(try DatasetReader(dataset, as: type, keeping: chunkBytes))
    case .zarr(let array): self = .zarr(try ZarrReader(array, as: type, keeping: chunkBytes))
    }
  }

  /// The array's path in its file.
  var name: String {
    switch self {
    case .hdf5(let reader): reader.name
    case .zarr(let reader): reader.name
    }
  }

  /// A flag that is true if chunks are shared between reads.
  var sharesChunks: Bool {
    switch self {
    case .hdf5(let reader): reader.sharesChunks
    case .zarr: true
    }
  }

  /// Reads some rows, on any thread; request each row once per pass.
  ///
  /// - Parameters:
  ///   - rows: The rows.
  ///   - spare: The arrays of which one may be used for the result. The default is `nil`, for a new
  ///     array.
  /// - Returns: The values in row-major order.
  /// - Throws: `HDF5Error`, `ZarrError`.
  func read(_ rows: Range<Int>, spare: SpareArrays<Number>? = nil) throws -> [Number] {
    switch self {
    case .hdf5(let reader): try reader.read(rows, spare: spare)
    case .zarr(let reader): try reader.read(rows, spare: spare)
    }
  }

  /// Reads some columns of all rows of a matrix, on any thread; request each column once per pass.
  func readColumns(_ columns: Range<Int>) throws -> [Number] {
    switch self {
    case .hdf5(let reader): try reader.readColumns(columns)
    case .zarr(let reader): try reader.readColumns(columns)
    }
  }
}
