package import StoredArrays

#if canImport(Darwin)
internal import Darwin
#else
internal import Glibc
#endif

/// A zarr store, or a group in one, opened for reading.
///
/// A store is a folder or a zip archive. Objects are named by their path from the group that was
/// opened, such as `"obsm/X_pca"`; the group itself is `"/"`. The metadata of each object are read
/// from its own file, so consolidated metadata, which repeat them, may be absent or outdated.
///
///     let store = try ZarrStore(readingAt: "pbmc.zarr")
///     let counts = try store.read("X/data", as: Float.self)
///
/// Format: <https://zarr-specs.readthedocs.io>, versions 2 and 3. Stores may be used from several
/// threads.
package struct ZarrStore: Sendable {
  /// The store's path, as the caller gave it.
  package let path: String

  /// The version of the format: 2 or 3.
  package let version: Int

  let bytes: any ByteStore

  /// The largest file of metadata that is read.
  static let mostMetadata = 1 << 25

  /// Opens a group.
  ///
  /// - Parameter path: The folder of the group, or a zip archive, or a path within one.
  /// - Throws: ``ZarrError``.
  package init(readingAt path: String) throws(ZarrError) {
    let bytes: any ByteStore
    do throws(StoreFailure) {
      bytes =
        if let place = Archive(path) {
          try ZipStore(place.path, group: place.group)
        } else {
          try FolderStore(path)
        }
      version = try bytes.size(of: "zarr.json") != nil ? 3 : 2
    } catch {
      throw .cannotOpen(path: path, reason: "\(error)")
    }
    (self.path, self.bytes) = (path, bytes)
    guard try kind(of: "/") == .group else {
      let reason = try kind(of: "/") == nil ? "it is no zarr store" : "it is an array, not a group"
      throw .cannotOpen(path: path, reason: reason)
    }
  }

  /// Returns whether a path is a group or an array of a zarr store, by the files in it.
  ///
  /// - Parameter path: A folder, a zip archive, or a path within one.
  /// - Returns: `true` if it is.
  package static func isStore(at path: String) -> Bool {
    if let place = Archive(path) {
      return (try? ZipStore(place.path, group: place.group))?.holdsStore ?? false
    }
    guard let folder = try? FolderStore(path) else { return false }
    return metadataFiles.contains { (try? folder.size(of: $0)) ?? nil != nil }
  }

  /// Returns whether a folder without metadata of its own has groups of an AnnData in it, as a store
  /// that was not completely written or copied.
  ///
  /// - Parameter path: The folder.
  /// - Returns: `true` if it has.
  package static func isHeadless(at path: String) -> Bool {
    guard let folder = try? FolderStore(path) else { return false }
    return ["obs", "var", "X", "tables", "mod"].contains { name in
      metadataFiles.contains { (try? folder.size(of: join(name, $0))) ?? nil != nil }
    }
  }

  /// Returns the kind of the object at `name`, or `nil` if there is none.
  ///
  /// - Throws: ``ZarrError`` if its metadata are damaged.
  package func kind(of name: String) throws(ZarrError) -> ObjectKind? {
    switch try node(name) {
    case .group: .group
    case .array: .dataset
    case nil: nil
    }
  }

  /// Returns the names in a group, in alphabetical order.
  ///
  /// - Throws: ``ZarrError`` if the group does not exist.
  package func children(of group: String) throws(ZarrError) -> [String] {
    guard case .group = try requireNode(group), let place = key(group) else {
      throw .wrongKind(name: group, path: path, expected: .group, found: .dataset)
    }
    let location = Location(name: group, path: path)
    let bytes = bytes
    return try Self.mapping(location) { () throws(StoreFailure) in
      var names: [String] = []
      for name in try bytes.children(of: place) {
        if try Self.holdsObject(join(place, name), in: bytes, version) { names.append(name) }
      }
      return names
    }
  }

  /// Returns whether a group has a child of this name, even a damaged one.
  ///
  /// - Throws: ``ZarrError`` if the group is damaged.
  package func hasLink(_ name: String, in group: String) throws(ZarrError) -> Bool {
    try children(of: group).contains(name)
  }

  /// Returns the value of an object's attribute, or `nil` if the object has no attribute of that
  /// name.
  ///
  /// - Throws: ``ZarrError`` if the object does not exist.
  package func attribute(
    _ attribute: String, of name: String
  ) throws(ZarrError) -> AttributeValue? {
    try attributes(of: name)[attribute].map(AttributeValue.init)
  }

  /// Returns all attributes of an object.
  ///
  /// - Throws: ``ZarrError`` if the object does not exist.
  func attributes(of name: String) throws(ZarrError) -> JSONValue {
    switch try requireNode(name) {
    case .group(let attributes): attributes
    case .array(let metadata): metadata.attributes
    }
  }

  /// Opens an array, for reading in pieces.
  ///
  /// - Throws: ``ZarrError`` if the array does not exist.
  package func array(_ name: String) throws(ZarrError) -> ZarrArray {
    guard case .array(let metadata) = try requireNode(name), let place = key(name) else {
      throw .wrongKind(name: name, path: path, expected: .dataset, found: .group)
    }
    return ZarrArray(metadata, at: place, in: bytes, Location(name: name, path: path))
  }

  /// The kind of object at a path.
  private enum Node {
    case group(JSONValue)
    case array(ArrayMetadata)
  }

  private func requireNode(_ name: String) throws(ZarrError) -> Node {
    if let node = try node(name) { return node }
    var parts = name.split(separator: "/").dropLast()
    // List the contents of the nearest group that exists.
    while !parts.isEmpty, try kind(of: parts.joined(separator: "/")) != .group {
      parts = parts.dropLast()
    }
    let present = try? children(of: parts.isEmpty ? "/" : parts.joined(separator: "/"))
    throw .noSuchObject(name: name, path: path, present: present ?? [])
  }

  private func node(_ name: String) throws(ZarrError) -> Node? {
    guard let place = key(name) else { return nil }
    if version == 3 {
      guard let value = try metadata("zarr.json", of: place, name) else { return nil }
      guard value["zarr_format"]?.integer == 3 else {
        throw damage(name, "zarr.json", "'zarr_format' is not 3")
      }
      switch value["node_type"]?.string {
      case "group": return .group(value["attributes"] ?? .object([]))
      case "array":
        return .array(
          try parsing(name, "zarr.json") { () throws(MetadataFailure) in
            try ArrayMetadata(version3: value)
          })
      case let other:
        throw damage(name, "zarr.json", "'node_type' is '\(other ?? "")'")
      }
    }
    if let value = try metadata(".zarray", of: place, name) {
      let attributes = try metadata(".zattrs", of: place, name) ?? .object([])
      return .array(
        try parsing(name, ".zarray") { () throws(MetadataFailure) in
          try ArrayMetadata(version2: value, attributes: attributes)
        })
    }
    guard try metadata(".zgroup", of: place, name) != nil else { return nil }
    return .group(try metadata(".zattrs", of: place, name) ?? .object([]))
  }

  /// Reads a file of metadata; `nil` if there is none.
  private func metadata(
    _ file: String, of place: String, _ name: String
  ) throws(ZarrError) -> JSONValue? {
    let bytes = bytes
    let text = try Self.mapping(Location(name: join(name == "/" ? "" : name, file), path: path)) {
      () throws(StoreFailure) in try bytes.read(join(place, file), limit: Self.mostMetadata)
    }
    guard let text else { return nil }
    do throws(JSONParser.Failure) {
      // What is consolidated repeats the metadata of all objects.
      let value = try JSONParser.value(of: text, skipping: "consolidated_metadata")
      guard case .object = value else { throw JSONParser.Failure(reason: "it is no object") }
      return value
    } catch {
      throw damage(name, file, error.reason)
    }
  }

  private func parsing<Value>(
    _ name: String, _ file: String, _ parse: () throws(MetadataFailure) -> Value
  ) throws(ZarrError) -> Value {
    do throws(MetadataFailure) { return try parse() } catch {
      switch error {
      case .damaged(let reason): throw damage(name, file, reason)
      case .unsupported(let feature): throw .unsupported(name: name, path: path, feature: feature)
      }
    }
  }

  private func damage(_ name: String, _ file: String, _ reason: String) -> ZarrError {
    .badMetadata(name: name, path: path, file: file, reason: reason)
  }

  static func mapping<Value>(
    _ location: Location, _ body: () throws(StoreFailure) -> Value
  ) throws(ZarrError) -> Value {
    do throws(StoreFailure) { return try body() } catch {
      switch error {
      case .link: throw .link(name: location.name, path: location.path)
      case .unreadable(let reason): throw location.unreadable(reason)
      }
    }
  }

  private static func holdsObject(
    _ place: String, in bytes: any ByteStore, _ version: Int
  ) throws(StoreFailure) -> Bool {
    for file in version == 3 ? ["zarr.json"] : [".zgroup", ".zarray"] {
      do throws(StoreFailure) {
        if try bytes.size(of: join(place, file)) != nil { return true }
      } catch .link {
        // Reading it throws its error.
        return true
      }
    }
    return false
  }
}

extension AttributeValue {
  /// Makes a value of an attribute in JSON.
  init(_ value: JSONValue) {
    switch value {
    case .string(let text): self = .string(text)
    case .boolean(let truth): self = .boolean(truth)
    case .number:
      self = value.integer.map { .integer(Int64($0)) } ?? .float(value.double ?? .nan)
    case .array(let values) where values.isEmpty: self = .empty
    case .array(let values):
      if let numbers = value.integers {
        self = .integers(numbers.map(Int64.init))
        return
      }
      let (texts, doubles) = (values.compactMap(\.string), values.compactMap(\.double))
      let truths = values.compactMap(\.boolean)
      if texts.count == values.count {
        self = .strings(texts)
      } else if doubles.count == values.count {
        self = .floats(doubles)
      } else if truths.count == values.count {
        self = .booleans(truths)
      } else {
        self = .other(.other("a list"))
      }
    case .object: self = .other(.other("an object"))
    case .null: self = .other(.other("null"))
    }
  }
}
