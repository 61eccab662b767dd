internal import StoredArrays
internal import Zarr

/// Additions to the AnnData of a zarr store in a folder.
struct ZarrEdit {
  private let folder: String
  private let staging: String
  private let store: ZarrStore
  private let writer: ZarrWriter
  private var consolidation: Consolidation

  /// The elements that are written and wait to be put in place, by their paths.
  private var elements: [String] = []

  /// The columns that are added, by the paths of their tables.
  private var columns: [String: [String]] = [:]

  /// Opens the group of an AnnData.
  ///
  /// - Parameters:
  ///   - folder: The group's folder.
  ///   - staging: An empty folder on the same file system.
  /// - Throws: `ZarrError`.
  init(of folder: String, staging: String) throws {
    (self.folder, self.staging) = (folder, staging)
    store = try ZarrStore(readingAt: folder)
    writer = ZarrWriter(path: staging, version: store.version)
    consolidation = try Consolidation(of: folder, version: store.version)
  }

  /// Takes objects that are gone out of the consolidated metadata.
  mutating func remove(_ names: [String]) { consolidation.remove(names, columns: [:]) }

  /// Adds tables, columns and values, and replaces those of the same keys.
  mutating func add(_ additions: AnnDataAdditions) throws {
    try stage(additions.obs, toTable: "obs")
    if try additions.geneTable == "var" || store.kind(of: additions.geneTable) == .group {
      try stage(additions.genes, toTable: additions.geneTable)
    }
    try stage("obsm", Array(additions.obsm.keys)) { writer, key, name, style throws(ZarrError) in
      guard let table = additions.obsm[key] else { return }
      try writer.writeTable(table, at: name)
      try writer.mark(name, .array, style)
    }
    try stage("uns", Array(additions.uns.keys)) { writer, key, name, style throws(ZarrError) in
      guard let value = additions.uns[key] else { return }
      try writer.write(value, at: name, style)
    }
    try publish()
  }

  /// Writes members of a group beside the store.
  private mutating func stage(
    _ group: String, _ keys: [String],
    _ write: (ZarrWriter, _ key: String, _ name: String, AnnDataStyle) throws(ZarrError) -> Void
  ) throws {
    guard !keys.isEmpty else { return }
    let exists = try store.kind(of: group) != nil
    let style: AnnDataStyle =
      try store.attribute("encoding-type", of: exists ? group : "/") == nil ? .legacy : .current
    try createParents(of: group)
    try writer.createGroup(group)
    try writer.mark(group, .dictionary, style)
    for key in keys.sorted() { try write(writer, key, "\(group)/\(member(key))", style) }
    elements += exists ? keys.sorted().map { "\(group)/\(member($0))" } : [group]
  }

  private mutating func stage(_ added: [String: Column], toTable table: String) throws {
    guard !added.isEmpty else { return }
    guard try store.kind(of: table) == .group else {
      throw ZarrError.cannotWrite(path: folder, reason: "'\(table)' is no table")
    }
    try createParents(of: table)
    try writer.createGroup(table)
    for (name, column) in added.sorted(by: { $0.key < $1.key }) {
      try writer.write(column, at: "\(table)/\(member(name))")
      elements.append("\(table)/\(member(name))")
    }
    columns[table] = added.keys.map(member).sorted()
  }

  private func createParents(of group: String) throws {
    let parts = group.split(separator: "/").dropLast()
    for end in parts.indices {
      try StoreFiles.createFolder("\(staging)/\(parts[...end].joined(separator: "/"))")
    }
  }

  /// Puts what is written in place: elements, the lists of columns, the consolidated metadata.
  private mutating func publish() throws {
    // Whoever reads by consolidated metadata must not find another shape in an array.
    if try !consolidation.isEmpty && elements.contains(where: { try store.kind(of: $0) != nil }) {
      consolidation.remove(elements, columns: columns)
      try consolidation.write(staging: staging)
    }
    for name in elements { try StoreFiles.put("\(staging)/\(name)", at: "\(folder)/\(name)") }
    for (table, names) in columns.sorted(by: { $0.key < $1.key }) {
      var order = try store.attribute("column-order", of: table)?.strings ?? []
      order += names.filter { !order.contains($0) }
      try store.setAttribute(
        "column-order", of: table, to: .strings(order), in: folder, staging: staging)
    }
    try consolidation.insert(elements, tables: columns.keys.sorted())
    try consolidation.write(staging: staging)
  }
}
