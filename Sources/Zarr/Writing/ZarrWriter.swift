package import StoredArrays
internal import Support

#if canImport(Darwin)
internal import Darwin
#else
internal import Glibc
#endif

/// A writer of groups and arrays to a folder that nobody else reads yet.
///
/// The folder may be one of a store, or become one.
package struct ZarrWriter: Sendable {
  /// The folder, as a path.
  package let path: String

  /// The version of the format: 2 or 3.
  package let version: Int

  /// The number of elements of a chunk at most, unless a row has more.
  private static let chunkCount = 1 << 18

  /// Takes a folder, which exists.
  package init(path: String, version: Int) {
    (self.path, self.version) = (path, version)
  }

  /// Creates a group; its parent exists.
  ///
  /// - Throws: ``ZarrError/cannotWrite(path:reason:)``.
  package func createGroup(_ name: String) throws(ZarrError) {
    try create(name, NodeMetadata.group(version: version))
  }

  /// Writes numbers as a new array.
  ///
  /// - Parameters:
  ///   - values: The values in row-major order.
  ///   - name: The array's path; its parent exists.
  ///   - shape: The lengths; `nil`, the default, for one list of all values.
  /// - Throws: ``ZarrError/cannotWrite(path:reason:)``.
  package func write<Number: StoredNumber>(
    _ values: [Number], at name: String, shape: [Int]? = nil
  ) throws(ZarrError) {
    try write(bytes(of: values), name, shape ?? [values.count], Number.elementType)
  }

  /// Writes Booleans as a new array.
  ///
  /// - Throws: ``ZarrError/cannotWrite(path:reason:)``.
  package func write(
    booleans: [Bool], at name: String, shape: [Int]? = nil
  ) throws(ZarrError) {
    try write(booleans.map { $0 ? 1 : 0 }, name, shape ?? [booleans.count], .boolean)
  }

  /// Writes strings as a new array of one chunk.
  ///
  /// - Throws: ``ZarrError/cannotWrite(path:reason:)``.
  package func write(
    strings: [String], at name: String, shape: [Int]? = nil
  ) throws(ZarrError) {
    let shape = shape ?? [strings.count]
    try create(
      name,
      NodeMetadata.array(
        version: version, shape: shape, chunk: shape.map { max(1, $0) }, element: .variableString))
    guard !strings.isEmpty else { return }
    var text = Self.length(strings.count)
    for string in strings { text += Self.length(string.utf8.count) + string.utf8 }
    try write(text, toChunk: [Int](repeating: 0, count: shape.count), of: name)
  }

  /// Writes a matrix as a new array, from blocks of rows.
  ///
  /// - Parameters:
  ///   - name: The array's path; its parent exists.
  ///   - shape: The numbers of rows and columns.
  ///   - forEachBlock: Calls its argument with consecutive rows and their values.
  /// - Throws: ``ZarrError/cannotWrite(path:reason:)``.
  package func writeRows<Number: StoredNumber>(
    at name: String, shape: [Int],
    _ forEachBlock: ((_ values: [Number]) throws(ZarrError) -> Void) throws(ZarrError) -> Void
  ) throws(ZarrError) {
    let chunkRows = max(1, min(shape[0], Self.chunkCount / max(1, shape[1])))
    try create(
      name,
      NodeMetadata.array(
        version: version, shape: shape, chunk: [chunkRows, max(1, shape[1])],
        element: Number.elementType))
    let size = chunkRows * shape[1]
    var (waiting, chunk) = ([Number](), 0)
    func flush(_ count: Int) throws(ZarrError) {
      // Chunks at the edge have the full size.
      let part = Array(waiting.prefix(count)) + zeros(size - min(count, waiting.count))
      try write(bytes(of: part), toChunk: [chunk, 0], of: name)
      waiting.removeFirst(min(count, waiting.count))
      chunk += 1
    }
    try forEachBlock { values throws(ZarrError) in
      waiting += values
      while size > 0, waiting.count >= size { try flush(size) }
    }
    if !waiting.isEmpty { try flush(size) }
  }

  /// Sets an attribute of an object that this writer created.
  ///
  /// - Throws: ``ZarrError/cannotWrite(path:reason:)``.
  package func setAttribute(
    _ attribute: String, of name: String, to value: AttributeValue
  ) throws(ZarrError) {
    let file = "\(place(name))/\(version == 3 ? "zarr.json" : ".zattrs")"
    let old = try StoreFiles.metadata(at: file) ?? [:]
    let new = old.settingAttribute(attribute, to: value, version: version)
    try StoreFiles.write(new.text(), to: file)
  }

  private func write(
    _ bytes: [UInt8], _ name: String, _ shape: [Int], _ element: ElementType
  ) throws(ZarrError) {
    let width = max(1, bytes.count / max(1, shape.reduce(1, *)))
    var chunk = shape.map { max(1, $0) }
    if shape.count == 1 { chunk = [max(1, min(shape[0], Self.chunkCount))] }
    try create(
      name,
      NodeMetadata.array(version: version, shape: shape, chunk: chunk, element: element))
    guard !bytes.isEmpty else { return }
    guard shape.count == 1 else {
      return try write(bytes, toChunk: [Int](repeating: 0, count: shape.count), of: name)
    }
    let size = chunk[0] * width
    for (number, start) in stride(from: 0, to: bytes.count, by: size).enumerated() {
      let part = bytes[start..<min(start + size, bytes.count)]
      try write(part + [UInt8](repeating: 0, count: size - part.count), toChunk: [number], of: name)
    }
  }

  private func create(
    _ name: String, _ files: [String: JSONValue]
  ) throws(ZarrError) {
    try StoreFiles.createFolder(place(name))
    for (file, contents) in files.sorted(by: { $0.key < $1.key }) {
      try StoreFiles.write(contents.text(), to: "\(place(name))/\(file)")
    }
  }

  private func write(
    _ bytes: some Collection<UInt8>, toChunk numbers: [Int], of name: String
  ) throws(ZarrError) {
    let keys = ChunkKeys(hasPrefix: version == 3, separator: version == 3 ? "/" : ".")
    let parts = keys.key(numbers).split(separator: "/")
    var folder = place(name)
    for part in parts.dropLast() {
      folder += "/\(part)"
      try StoreFiles.createFolder(folder)
    }
    try StoreFiles.write(Array(bytes), to: "\(folder)/\(parts[parts.count - 1])")
  }

  private func place(_ name: String) -> String { name == "/" ? path : "\(path)/\(name)" }

  private func bytes<Number: StoredNumber>(of values: [Number]) -> [UInt8] {
    unsafe values.withUnsafeBytes { unsafe Array($0) }
  }

  private static func length(_ count: Int) -> [UInt8] {
    (0..<4).map { UInt8(truncatingIfNeeded: count >> (8 * $0)) }
  }
}

extension JSONValue {
  /// Makes a value of an attribute.
  init(_ value: AttributeValue) {
    switch value {
    case .string(let text): self = .string(text)
    case .strings(let texts): self = .array(texts.map { .string($0) })
    case .integer(let number): self = .number(String(number))
    case .integers(let numbers): self = .array(numbers.map { .number(String($0)) })
    case .float(let number): self = .number(JSONValue.digits(number))
    case .floats(let numbers): self = .array(numbers.map { .number(JSONValue.digits($0)) })
    case .boolean(let truth): self = .boolean(truth)
    case .booleans(let truths): self = .array(truths.map { .boolean($0) })
    case .empty, .reference, .other: self = .null
    }
  }

  private static func digits(_ number: Double) -> String {
    if number.isNaN { return "NaN" }
    if number.isInfinite { return number < 0 ? "-Infinity" : "Infinity" }
    return "\(number)"
  }
}
