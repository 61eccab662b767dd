/// The consolidated metadata of a group and of the groups above it, which repeat those of its objects.
package struct Consolidation {
  /// One file of consolidated metadata.
  private struct Copy {
    let file: String
    var value: JSONValue

    /// The group's path from the file's group, empty or with a trailing slash.
    let prefix: String
  }

  private let folder: String
  private let version: Int
  private var copies: [Copy] = []

  /// A flag that is true if there are none.
  package var isEmpty: Bool { copies.isEmpty }

  /// Reads those of a group in a folder.
  ///
  /// - Throws: ``ZarrError/cannotWrite(path:reason:)`` if they are damaged.
  package init(of folder: String, version: Int) throws(ZarrError) {
    (self.folder, self.version) = (folder, version)
    var (place, prefix) = (folder, "")
    while true {
      guard
        let own = try StoreFiles.metadata(at: "\(place)/\(version == 3 ? "zarr.json" : ".zgroup")")
      else { return }
      let file = version == 3 ? "\(place)/zarr.json" : "\(place)/.zmetadata"
      let value = version == 3 ? own : try StoreFiles.metadata(at: file)
      if let value, Self.members(of: value, version) != nil {
        copies.append(Copy(file: file, value: value, prefix: prefix))
      }
      guard let slash = place.lastIndex(of: "/"), slash > place.startIndex else { return }
      prefix = "\(place[place.index(after: slash)...])/\(prefix)"
      place = String(place[..<slash])
    }
  }

  /// Takes objects out, so that readers of consolidated metadata do not look for them.
  ///
  /// - Parameters:
  ///   - names: The objects' paths from the group.
  ///   - columns: The columns to take out of the lists of tables, by the tables' paths.
  package mutating func remove(_ names: [String], columns: [String: [String]]) {
    for number in copies.indices {
      let prefix = copies[number].prefix
      copies[number].value = edited(copies[number].value) { members in
        members.removeAll { member in
          names.contains { name in
            member.name == prefix + name || member.name.hasPrefix("\(prefix)\(name)/")
          }
        }
        for (table, columns) in columns {
          let key = prefix + table + (version == 3 ? "" : "/.zattrs")
          guard let place = members.firstIndex(where: { $0.name == key }) else { continue }
          let value = members[place].value
          let attributes = version == 3 ? value["attributes"] ?? [:] : value
          let order = (attributes["column-order"]?.array ?? []).filter {
            !columns.contains($0.string ?? "")
          }
          let new = attributes.setting("column-order", to: .array(order))
          members[place].value = version == 3 ? value.setting("attributes", to: new) : new
        }
      }
    }
  }

  /// Puts objects in as they are in the folder now.
  ///
  /// - Parameters:
  ///   - names: The paths from the group of objects that are put in with all that is in them.
  ///   - tables: Those of groups of which only their own metadata are put in.
  /// - Throws: ``ZarrError``.
  package mutating func insert(_ names: [String], tables: [String]) throws(ZarrError) {
    guard !isEmpty else { return }
    remove(names, columns: [:])
    var found: [JSONValue.Member] = []
    for name in tables { found += try own(name) }
    for name in names { found += try all(name) }
    for number in copies.indices {
      let prefix = copies[number].prefix
      copies[number].value = edited(copies[number].value) { members in
        for new in found {
          let key = prefix + new.name
          if let place = members.firstIndex(where: { $0.name == key }) {
            members[place].value = new.value
          } else {
            members.append(JSONValue.Member(name: key, value: new.value))
          }
        }
      }
    }
  }

  /// Replaces the files, each at once.
  ///
  /// - Parameter staging: A folder beside the store.
  /// - Throws: ``ZarrError/cannotWrite(path:reason:)``.
  package func write(staging: String) throws(ZarrError) {
    for copy in copies {
      try StoreFiles.replace(copy.file, by: copy.value, staged: "\(staging)/metadata")
    }
  }

  /// Returns consolidated metadata with changes of their members.
  private func edited(
    _ value: JSONValue, _ change: (inout [JSONValue.Member]) -> Void
  ) -> JSONValue {
    guard var members = Self.members(of: value, version) else { return value }
    change(&members)
    // zarr finds the members of a group only side by side, among those of the same depth.
    func depth(_ name: String) -> Int { name.utf8.count { $0 == UInt8(ascii: "/") } }
    members.sort { a, b in
      let (first, second) = (depth(a.name), depth(b.name))
      return first != second
        ? first < second : a.name.utf8.lexicographicallyPrecedes(b.name.utf8)
    }
    guard version == 3 else { return value.setting("metadata", to: .object(members)) }
    let inner = (value["consolidated_metadata"] ?? [:]).setting("metadata", to: .object(members))
    return value.setting("consolidated_metadata", to: inner)
  }

  private static func members(of value: JSONValue, _ version: Int) -> [JSONValue.Member]? {
    let metadata = version == 3 ? value["consolidated_metadata"]?["metadata"] : value["metadata"]
    if case .object(let members) = metadata { return members }
    return nil
  }

  /// Returns the metadata of one object, in the form in which they are consolidated.
  private func own(_ name: String) throws(ZarrError) -> [JSONValue.Member] {
    let place = "\(folder)/\(name)"
    guard version == 3 else {
      var found: [JSONValue.Member] = []
      for file in [".zgroup", ".zarray", ".zattrs"] {
        guard let value = try StoreFiles.metadata(at: "\(place)/\(file)") else { continue }
        found.append(JSONValue.Member(name: "\(name)/\(file)", value: value))
      }
      return found
    }
    guard let value = try StoreFiles.metadata(at: "\(place)/zarr.json") else { return [] }
    guard value["node_type"]?.string == "group" else {
      return [JSONValue.Member(name: name, value: value)]
    }
    // A group within has an empty list, as zarr writes it.
    let none: JSONValue = ["kind": "inline", "must_understand": false, "metadata": [:]]
    return [
      JSONValue.Member(name: name, value: value.setting("consolidated_metadata", to: none))
    ]
  }

  private func all(_ name: String) throws(ZarrError) -> [JSONValue.Member] {
    var found = try own(name)
    // Only groups have objects in them.
    let isGroup = found.contains {
      $0.name.hasSuffix("/.zgroup") || $0.value["node_type"]?.string == "group"
    }
    guard isGroup else { return found }
    let children: [String]
    do throws(StoreFailure) { children = try FolderStore(folder).children(of: name) } catch {
      throw .cannotWrite(path: "\(folder)/\(name)", reason: "\(error)")
    }
    for child in children where !metadataFiles.contains(child) && child != ".zattrs" {
      let inner = try all("\(name)/\(child)")
      found += inner
    }
    return found
  }
}
