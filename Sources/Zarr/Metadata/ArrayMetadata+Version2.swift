internal import StoredArrays

extension ArrayMetadata {
  /// Reads the contents of `.zarray`, and those of `.zattrs`.
  ///
  /// - Throws: ``MetadataFailure``.
  init(version2 value: JSONValue, attributes: JSONValue) throws(MetadataFailure) {
    guard value["zarr_format"]?.integer == 2 else { throw .damaged("'zarr_format' is not 2") }
    let filters = value["filters"]?.array ?? []
    let hasStrings = filters.first?["id"]?.string == "vlen-utf8"
    let shape = try ShapeLimits.shape(value["shape"], "shape")
    let type =
      value["dtype"]?.string.map { DataType(version2: $0, isText: hasStrings) }
      ?? DataType.other("records")
    guard type.element != .other("objects of Python") || filters.isEmpty else {
      throw .unsupported("the filter '\(filters[0]["id"]?.string ?? "")'")
    }
    let chunk = try ShapeLimits.chunk(value["chunks"], "chunks", of: shape, type)
    var codecs: [Codec] = []
    for filter in filters.dropFirst(hasStrings ? 1 : 0) {
      codecs.append(try Self.codec(filter, called: "filter"))
    }
    if let compressor = value["compressor"], compressor != .null {
      codecs.append(try Self.codec(compressor, called: "compressor"))
    }
    guard let fill = FillValue(value["fill_value"], of: type) else {
      throw .damaged("'fill_value' is no \(type.element)")
    }
    let separator = value["dimension_separator"]?.string ?? "."
    guard separator == "/" || separator == "." else {
      throw .damaged("'dimension_separator' is '\(separator)'")
    }
    self.init(
      shape: shape, chunk: chunk, type: type, fill: fill, elements: hasStrings ? .strings : .bytes,
      isTransposed: value["order"]?.string == "F" && shape.count > 1, codecs: codecs,
      keys: ChunkKeys(hasPrefix: false, separator: separator),
      attributes: attributes)
  }

  private static func codec(_ value: JSONValue, called role: String) throws(MetadataFailure)
    -> Codec
  {
    let name = value["id"]?.string ?? ""
    guard let codec = Codec(name: name, elementBytes: value["elementsize"]?.integer) else {
      throw .unsupported("the \(role) '\(name)'")
    }
    if case .shuffle(let width) = codec, !(1...255).contains(width) {
      throw .damaged("the elements of 'shuffle' have \(width) bytes")
    }
    return codec
  }
}
