internal import StoredArrays

/// The metadata of an array, in terms of both versions of the format.
struct ArrayMetadata: Equatable, Sendable {
  /// The codec that turns elements into bytes.
  enum Elements: Equatable, Sendable {
    /// One after the other.
    case bytes

    /// Strings: their number, and for each its length and its UTF-8.
    case strings
  }

  /// Chunks within a file, which has an index of them.
  struct Sharding: Equatable, Sendable {
    /// The shape of the part of the array that a file holds.
    let shard: [Int]

    /// A flag that is true if the index is at the start of the file.
    let isIndexFirst: Bool

    /// The codecs of the index's numbers; each keeps their length or adds to it.
    let indexCodecs: [Codec]

    /// A flag that is true if the index's numbers have their highest byte first.
    let isIndexBigEndian: Bool
  }

  /// The lengths, outermost first; empty for a single element.
  var shape: [Int]

  /// The shape of a chunk, the part that is decoded at a time.
  var chunk: [Int]

  /// The shards, if chunks are within them.
  var sharding: Sharding?

  var type: DataType
  var fill: FillValue
  var elements: Elements

  /// A flag that is true if the first dimension of a chunk varies fastest.
  var isTransposed = false

  /// The codecs of a chunk's bytes, in the order of writing.
  var codecs: [Codec]

  var keys: ChunkKeys
  var attributes: JSONValue

  /// The number of elements of a chunk.
  var chunkCount: Int { chunk.reduce(1, *) }

  /// The description of the array.
  var info: DatasetInfo { DatasetInfo(shape: shape, element: type.element, chunk: chunk) }
}

/// The names of the files of chunks.
struct ChunkKeys: Equatable, Sendable {
  /// A flag that is true if names begin with `c`, as in version 3.
  var hasPrefix: Bool

  /// The character between the numbers.
  var separator: String

  /// Returns the key of a chunk, or shard, by its numbers.
  func key(_ numbers: [Int]) -> String {
    let digits = numbers.map(String.init)
    if hasPrefix { return (["c"] + digits).joined(separator: separator) }
    return digits.isEmpty ? "0" : digits.joined(separator: separator)
  }
}

/// A fault of metadata.
enum MetadataFailure: Error {
  /// They are damaged; the text is half a sentence.
  case damaged(String)

  /// They ask for something that is not supported.
  case unsupported(String)
}

/// The limits that shapes have to keep.
enum ShapeLimits {
  /// The largest number of bytes of a decoded chunk, which is that of most writers.
  static let chunkBytes = Int(Int32.max)

  /// The largest number of bytes of a chunk that is larger than its array.
  private static let bytesBeyondArray = 1 << 28

  private static let mostDimensions = 32

  /// Reads a shape whose product fits into an integer.
  ///
  /// - Throws: ``MetadataFailure/damaged(_:)``.
  static func shape(_ value: JSONValue?, _ name: String) throws(MetadataFailure) -> [Int] {
    guard let lengths = value?.integers, lengths.count <= mostDimensions else {
      throw .damaged("'\(name)' is not a list of whole numbers")
    }
    let product = lengths.reduce((8, false)) { product, length in
      let (value, overflow) = product.0.multipliedReportingOverflow(by: max(1, length))
      return (value, overflow || product.1)
    }
    guard !product.1, lengths.allSatisfy({ $0 >= 0 }) else {
      throw .damaged("'\(name)' is \(lengths)")
    }
    return lengths
  }

  /// Reads the shape of a chunk of an array.
  ///
  /// - Throws: ``MetadataFailure/damaged(_:)``.
  static func chunk(
    _ value: JSONValue?, _ name: String, of shape: [Int], _ type: DataType
  ) throws(MetadataFailure) -> [Int] {
    let chunk = try Self.shape(value, name)
    guard chunk.count == shape.count else {
      throw .damaged("'\(name)' is \(chunk) for the shape \(shape)")
    }
    // An array without elements may have chunks without.
    guard zip(chunk, shape).allSatisfy({ $0 > 0 || $1 == 0 }) else {
      throw .damaged("'\(name)' is \(chunk)")
    }
    let lengths = chunk.map { max(1, $0) }
    let count = lengths.reduce(1, *)
    guard count <= chunkBytes / max(1, type.bytes) else {
      throw .damaged("'\(name)' is \(chunk), which takes more than 2 GB")
    }
    // Chunks at the edge have the full size, but few writers make others larger than the array.
    guard count <= bytesBeyondArray / max(1, type.bytes) || zip(lengths, shape).allSatisfy(<=)
    else {
      throw .damaged("'\(name)' is \(chunk), far more than the array of shape \(shape)")
    }
    return lengths
  }
}
