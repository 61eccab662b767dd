internal import StoredArrays

/// The metadata of new groups and arrays, in both versions of the format.
///
/// Arrays are not compressed: embeddings hardly become smaller, and other additions are small.
enum NodeMetadata {
  /// Returns the files of a group with their contents.
  static func group(version: Int, attributes: JSONValue = [:]) -> [String: JSONValue] {
    if version == 3 {
      return ["zarr.json": ["zarr_format": 3, "node_type": "group", "attributes": attributes]]
    }
    return [".zgroup": ["zarr_format": 2], ".zattrs": attributes]
  }

  /// Returns the files of an array with their contents.
  ///
  /// - Parameters:
  ///   - version: The version of the format.
  ///   - shape: The lengths of the array.
  ///   - chunk: The lengths of a chunk.
  ///   - element: Numbers, Booleans, or strings of variable length.
  /// - Returns: The contents by the names of the files.
  static func array(
    version: Int, shape: [Int], chunk: [Int], element: ElementType
  ) -> [String: JSONValue] {
    func lengths(_ values: [Int]) -> JSONValue { .array(values.map { .number(String($0)) }) }
    let isText = element == .variableString
    let fill: JSONValue =
      switch element {
      case .variableString: ""
      case .boolean: false
      case .float: .number("0.0")
      default: 0
      }
    guard version == 3 else {
      let type: String =
        switch element {
        case .variableString: "|O"
        case .boolean: "|b1"
        case .integer(1, let signed): signed ? "|i1" : "|u1"
        case .integer(let bytes, let signed): "<\(signed ? "i" : "u")\(bytes)"
        case .float(let bytes): "<f\(bytes)"
        default: preconditionFailure("no numbers or strings: \(element)")
        }
      let filters: JSONValue = isText ? [["id": "vlen-utf8"]] : .null
      return [
        ".zarray": [
          "zarr_format": 2, "shape": lengths(shape), "chunks": lengths(chunk),
          "dtype": .string(type), "fill_value": fill, "order": "C", "filters": filters,
          "compressor": .null, "dimension_separator": ".",
        ],
        ".zattrs": [:],
      ]
    }
    let type: String =
      switch element {
      case .variableString: "string"
      case .boolean: "bool"
      default: "\(element)"
      }
    let codec: JSONValue =
      if isText {
        ["name": "vlen-utf8", "configuration": [:]]
      } else {
        ["name": "bytes", "configuration": ["endian": "little"]]
      }
    return [
      "zarr.json": [
        "zarr_format": 3, "node_type": "array", "shape": lengths(shape),
        "data_type": .string(type),
        "chunk_grid": ["name": "regular", "configuration": ["chunk_shape": lengths(chunk)]],
        "chunk_key_encoding": ["name": "default", "configuration": ["separator": "/"]],
        "fill_value": fill, "codecs": [codec], "attributes": [:], "storage_transformers": [],
      ]
    ]
  }
}
