internal import HDF5
internal import StoredArrays

/// The style in which an AnnData file marks its parts.
enum AnnDataStyle: Equatable {
  /// Every part has an `encoding-type` and `encoding-version`, as since anndata 0.8.
  case current

  /// Values and groups have no marks; anndata before 0.8 rejects groups of unknown type.
  case legacy
}

/// The encoding of a part of an AnnData file, in the terms of its format.
struct AnnDataEncoding {
  let type: String
  let version: String

  static let annData = AnnDataEncoding(type: "anndata", version: "0.1.0")
  static let dictionary = AnnDataEncoding(type: "dict", version: "0.1.0")
  static let string = AnnDataEncoding(type: "string", version: "0.2.0")
  static let stringArray = AnnDataEncoding(type: "string-array", version: "0.2.0")
  static let scalar = AnnDataEncoding(type: "numeric-scalar", version: "0.2.0")
  static let array = AnnDataEncoding(type: "array", version: "0.2.0")
  static let csrMatrix = AnnDataEncoding(type: "csr_matrix", version: "0.1.0")
  static let dataFrame = AnnDataEncoding(type: "dataframe", version: "0.2.0")
  static let categorical = AnnDataEncoding(type: "categorical", version: "0.2.0")
  static let nullableInteger = AnnDataEncoding(type: "nullable-integer", version: "0.1.0")
  static let nullableBoolean = AnnDataEncoding(type: "nullable-boolean", version: "0.1.0")
}

extension ElementWriter where Self: ~Copyable {
  /// Marks the object at `name` with its encoding, in the current style.
  func mark(
    _ name: String, _ encoding: AnnDataEncoding, _ style: AnnDataStyle = .current
  ) throws(Failure) {
    guard style == .current else { return }
    try setAttribute("encoding-type", of: name, to: .string(encoding.type))
    try setAttribute("encoding-version", of: name, to: .string(encoding.version))
  }

  /// Writes a value of `uns` with all of its contents.
  func write(
    _ value: UnsValue, at name: String, _ style: AnnDataStyle
  ) throws(Failure) {
    switch value {
    case .string(let string):
      try writeStrings([string], at: name, shape: [])
      try mark(name, .string, style)
    case .strings(let strings):
      try writeStrings(strings, at: name)
      try mark(name, .stringArray, style)
    case .integer(let number):
      try writeNumbers([Int64(number)], at: name, shape: [])
      try mark(name, .scalar, style)
    case .unsigned(let number):
      if let signed = Int64(exactly: number) {
        try writeNumbers([signed], at: name, shape: [])
      } else {
        try writeNumbers([number], at: name, shape: [])
      }
      try mark(name, .scalar, style)
    case .integers(let numbers):
      try writeNumbers(numbers.map { Int64($0) }, at: name)
      try mark(name, .array, style)
    case .double(let number):
      try writeNumbers([number], at: name, shape: [])
      try mark(name, .scalar, style)
    case .doubles(let numbers):
      try writeNumbers(numbers, at: name)
      try mark(name, .array, style)
    case .boolean(let truth):
      try writeBooleans([truth], at: name, shape: [])
      try mark(name, .scalar, style)
    case .booleans(let truths):
      try writeBooleans(truths, at: name)
      try mark(name, .array, style)
    case .dictionary(let values):
      try createGroup(name)
      try mark(name, .dictionary, style)
      for (key, value) in values.sorted(by: { $0.key < $1.key }) {
        try write(value, at: "\(name)/\(member(key))", style)
      }
    }
  }
}

extension File {
  /// Returns the style for additions to a group, or to the root if the group does not exist.
  func style(of group: String) throws(HDF5Error) -> AnnDataStyle {
    let place = try kind(of: group) == nil ? "/" : group
    return try attribute("encoding-type", of: place) == nil ? .legacy : .current
  }

  /// Adds tables and values in the style of their groups; replaces existing keys.
  func add(_ additions: AnnDataAdditions) throws(HDF5Error) {
    try add(additions.obs, toTable: "obs")
    let kind = try kind(of: additions.geneTable)
    if additions.geneTable == "var" || kind == .group {
      try add(additions.genes, toTable: additions.geneTable)
    }
    if !additions.obsm.isEmpty {
      try replaceRecords("obsm")
      let style = try groupForAdditions("obsm")
      for (key, table) in additions.obsm.sorted(by: { $0.key < $1.key }) {
        let name = "obsm/\(member(key))"
        try remove(member(key), from: "obsm")
        try write(table, at: name)
        try mark(name, .array, style)
      }
    }
    if !additions.uns.isEmpty {
      let style = try groupForAdditions("uns")
      for (key, value) in additions.uns.sorted(by: { $0.key < $1.key }) {
        let name = "uns/\(member(key))"
        try remove(member(key), from: "uns")
        try write(value, at: name, style)
      }
    }
  }

  /// Adds columns to a table about cells or genes; replaces columns of the same names.
  private func add(_ columns: [String: Column], toTable group: String) throws(HDF5Error) {
    guard !columns.isEmpty else { return }
    guard try kind(of: group) == .group else {
      // A dataset of records takes no further fields.
      let style = try groupForAdditions("uns")
      if try kind(of: "uns/\(group)") == nil {
        try createGroup("uns/\(group)")
        try mark("uns/\(group)", .dictionary, style)
      }
      return try addMembers(columns, to: "uns/\(group)")
    }
    try addMembers(columns, to: group)
    var order = try attribute("column-order", of: group)?.strings ?? []
    for name in columns.keys.sorted() where !order.contains(member(name)) {
      order.append(member(name))
    }
    try setAttribute("column-order", of: group, to: .strings(order))
  }

  private func addMembers(_ columns: [String: Column], to group: String) throws(HDF5Error) {
    for (name, column) in columns.sorted(by: { $0.key < $1.key }) {
      try remove(member(name), from: group)
      try write(column, at: "\(group)/\(member(name))")
    }
  }

  /// Creates a group if needed, and returns the style for additions to it.
  private func groupForAdditions(_ group: String) throws(HDF5Error) -> AnnDataStyle {
    let style = try style(of: group)
    if try kind(of: group) == nil {
      try createGroup(group)
      try mark(group, .dictionary, style)
    }
    return style
  }

  /// Removes an old member of a group before a new one is written.
  private func remove(_ member: String, from group: String) throws(HDF5Error) {
    // A broken link also occupies the name.
    if try hasLink(member, in: group) { try delete("\(group)/\(member)") }
  }

  /// Replaces records of tables, if any, by a group of the same tables.
  ///
  /// Until 0.6 anndata wrote `obsm` as records, which take no further fields.
  private func replaceRecords(_ name: String) throws(HDF5Error) {
    guard try kind(of: name) == .dataset else { return }
    let records = try dataset(name)
    // The deleted dataset stays readable while it is open.
    try delete(name)
    try createGroup(name)
    for field in try records.arrayMembers() {
      let (table, shape) = ("\(name)/\(member(field.name))", records.info.shape + field.shape)
      if field.element == .float(bytes: 8) {
        try write(try records.read(field, as: Double.self), at: table, shape: shape)
      } else {
        try write(try records.read(field, as: Float.self), at: table, shape: shape)
      }
    }
  }
}

/// Returns the name of a key within its group; a slash, a dot or an empty key is replaced.
func member(_ key: String) -> String {
  switch key {
  case "": "_"
  case ".": "_."
  default: key.replacing("/", with: "|")
  }
}
