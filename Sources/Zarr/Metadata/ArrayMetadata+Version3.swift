internal import StoredArrays

extension ArrayMetadata {
  /// Reads the contents of the `zarr.json` of an array.
  ///
  /// - Throws: ``MetadataFailure``.
  init(version3 value: JSONValue) throws(MetadataFailure) {
    let shape = try ShapeLimits.shape(value["shape"], "shape")
    let typeName = value["data_type"]?.string ?? value["data_type"]?["name"]?.string ?? ""
    let type = DataType(
      version3: typeName, configuration: value["data_type"]?["configuration"])
    let grid = value["chunk_grid"]?["name"]?.string ?? ""
    guard grid == "regular" else { throw .unsupported("the chunk grid '\(grid)'") }
    let outer = try ShapeLimits.shape(
      value["chunk_grid"]?["configuration"]?["chunk_shape"], "chunk_shape")
    for transformer in value["storage_transformers"]?.array ?? [] {
      throw .unsupported("the storage transformer '\(transformer["name"]?.string ?? "")'")
    }
    guard let fill = FillValue(value["fill_value"], of: type) else {
      throw .damaged("'fill_value' is no \(type.element)")
    }
    var codecs = value["codecs"]?.array ?? []
    var sharding: Sharding?
    var chunkShape = value["chunk_grid"]?["configuration"]?["chunk_shape"]
    if let found = codecs.first, Self.name(of: found) == "sharding_indexed" {
      guard codecs.count == 1 else { throw .unsupported("a codec after 'sharding_indexed'") }
      let configuration = found["configuration"]
      chunkShape = configuration?["chunk_shape"]
      codecs = configuration?["codecs"]?.array ?? []
      sharding = try Sharding(configuration, shard: outer)
    }
    let chunk = try ShapeLimits.chunk(chunkShape, "chunk_shape", of: shape, type)
    if let sharding {
      guard
        zip(sharding.shard, chunk).allSatisfy({ $0.isMultiple(of: $1) && $0 > 0 }),
        sharding.shard.count == chunk.count
      else { throw .damaged("shards of \(sharding.shard) have chunks of \(chunk)") }
    }
    let chain = try Chain(codecs, type, dimensions: shape.count)
    self.init(
      shape: shape, chunk: chunk, sharding: sharding, type: chain.type, fill: fill,
      elements: chain.elements, isTransposed: chain.isTransposed, codecs: chain.codecs,
      keys: try Self.keys(value["chunk_key_encoding"]),
      attributes: value["attributes"] ?? .object([]))
  }

  /// The codecs of a chunk by their roles.
  private struct Chain {
    var type: DataType
    let elements: Elements
    var isTransposed = false
    var codecs: [Codec] = []

    init(
      _ values: [JSONValue], _ type: DataType, dimensions: Int
    ) throws(MetadataFailure) {
      self.type = type
      var found: Elements?
      for value in values {
        let name = ArrayMetadata.name(of: value)
        let configuration = value["configuration"]
        switch name {
        case "transpose" where found == nil:
          let order = configuration?["order"]?.integers ?? []
          guard order.sorted() == Array(0..<dimensions) else {
            throw .damaged("the order of 'transpose' is \(order)")
          }
          if order == Array(0..<dimensions) { continue }
          guard dimensions == 2 else {
            throw .unsupported("the codec 'transpose' in \(dimensions) dimensions")
          }
          isTransposed.toggle()
        case "bytes" where found == nil:
          found = .bytes
          self.type.isBigEndian = configuration?["endian"]?.string == "big"
        case "vlen-utf8" where found == nil: found = .strings
        default:
          guard found != nil,
            let codec = Codec(
              name: name, elementBytes: configuration?["elementsize"]?.integer)
          else { throw .unsupported("the codec '\(name)'") }
          if case .shuffle(let width) = codec, !(1...255).contains(width) {
            throw .damaged("the elements of 'shuffle' have \(width) bytes")
          }
          codecs.append(codec)
        }
      }
      guard let found else { throw .damaged("it names no codec from elements to bytes") }
      guard (found == .strings) == (type.element == .variableString) else {
        throw .damaged("its codecs do not fit elements of type \(type.element)")
      }
      elements = found
    }
  }

  private static func name(of codec: JSONValue) -> String {
    let name = codec["name"]?.string ?? codec.string ?? ""
    return name.hasPrefix("numcodecs.") ? String(name.dropFirst("numcodecs.".count)) : name
  }

  private static func keys(_ value: JSONValue?) throws(MetadataFailure) -> ChunkKeys {
    let name = value?["name"]?.string ?? value?.string ?? ""
    let separator = value?["configuration"]?["separator"]?.string
    guard separator == nil || separator == "/" || separator == "." else {
      throw .damaged("'separator' is '\(separator ?? "")'")
    }
    switch name {
    case "default": return ChunkKeys(hasPrefix: true, separator: separator ?? "/")
    case "v2": return ChunkKeys(hasPrefix: false, separator: separator ?? ".")
    default: throw .unsupported("the chunk key encoding '\(name)'")
    }
  }
}

extension ArrayMetadata.Sharding {
  /// Reads the configuration of the codec `sharding_indexed`.
  fileprivate init(_ value: JSONValue?, shard: [Int]) throws(MetadataFailure) {
    var codecs: [Codec] = []
    var isBigEndian = false
    for codec in value?["index_codecs"]?.array ?? [] {
      switch codec["name"]?.string ?? codec.string {
      case "bytes": isBigEndian = codec["configuration"]?["endian"]?.string == "big"
      case "crc32c": codecs.append(.crc32c)
      case let name: throw .unsupported("the codec '\(name ?? "")' of the index of shards")
      }
    }
    let place = value?["index_location"]?.string ?? "end"
    guard place == "end" || place == "start" else {
      throw .damaged("'index_location' is '\(place)'")
    }
    self.init(
      shard: shard, isIndexFirst: place == "start", indexCodecs: codecs,
      isIndexBigEndian: isBigEndian)
  }
}
