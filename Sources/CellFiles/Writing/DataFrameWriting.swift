internal import HDF5

extension File {
  /// Writes a table about cells or genes, as anndata's `dataframe`.
  ///
  /// - Parameters:
  ///   - frame: The table.
  ///   - group: The path of the group: `obs` or `var`.
  /// - Throws: `HDF5Error`.
  func write(_ frame: DataFrame, at group: String) throws(HDF5Error) {
    // The list of columns is an attribute, which can exceed 64 kB only in such a group.
    var options = GroupOptions()
    if frame.columns.count > 4000 { options.attributes = .tracked }
    try createGroup(group, options)
    try mark(group, .dataFrame)
    // A column may have the name of the index; then the index gets another name.
    var index = "_index"
    while frame[index] != nil { index = "_" + index }
    try setAttribute("_index", of: group, to: .string(index))
    try setAttribute(
      "column-order", of: group, to: .strings(frame.columns.map { member($0.name) }))
    try write(strings: frame.names, at: "\(group)/\(index)")
    try mark("\(group)/\(index)", .stringArray)
    for column in frame.columns {
      try write(column.values, at: "\(group)/\(member(column.name))")
    }
  }
}

extension ElementWriter where Self: ~Copyable {
  /// Writes a column in the encoding that supports its missing values.
  func write(_ column: Column, at name: String) throws(Failure) {
    switch column {
    case .strings(let values):
      let present = values.compactMap(\.self)
      guard present.count == values.count else {
        // A list of strings cannot have missing values; categories can.
        return try write(Column.categorical(values), at: name)
      }
      try writeStrings(present, at: name)
      try mark(name, .stringArray)
    case .categorical(let codes, let categories, let ordered):
      try createGroup(name)
      try mark(name, .categorical)
      try setAttribute("ordered", of: name, to: .boolean(ordered))
      try writeStrings(categories, at: "\(name)/categories")
      try mark("\(name)/categories", .stringArray)
      try write(codes: codes, of: categories.count, at: "\(name)/codes")
    case .integers(let values):
      let mask = values.map { $0 == nil }
      let isComplete = !mask.contains(true)
      try write(
        missing: isComplete ? nil : mask, at: name, .nullableInteger
      ) { (file: borrowing Self, name) throws(Failure) in
        try file.writeNumbers(values.map { $0 ?? 0 }, at: name)
      }
    case .floats(let values):
      try writeNumbers(values, at: name)
      try mark(name, .array)
    case .booleans(let values):
      let mask = values.map { $0 == nil }
      let isComplete = !mask.contains(true)
      try write(
        missing: isComplete ? nil : mask, at: name, .nullableBoolean
      ) { (file: borrowing Self, name) throws(Failure) in
        try file.writeBooleans(values.map { $0 ?? false }, at: name)
      }
    }
  }

  /// Writes values as a plain array, or with a mask of the missing ones.
  private func write(
    missing mask: [Bool]?, at name: String, _ encoding: AnnDataEncoding,
    _ writeValues: (borrowing Self, String) throws(Failure) -> Void
  ) throws(Failure) {
    guard let mask else {
      try writeValues(self, name)
      return try mark(name, .array)
    }
    try createGroup(name)
    try mark(name, encoding)
    try writeValues(self, "\(name)/values")
    try mark("\(name)/values", .array)
    try writeBooleans(mask, at: "\(name)/mask")
    try mark("\(name)/mask", .array)
  }

  /// Writes the codes of categories in the narrowest type that pandas uses for them.
  private func write(codes: [Int32], of count: Int, at name: String) throws(Failure) {
    if count <= Int(Int8.max) {
      try writeNumbers(codes.map { Int8($0) }, at: name)
    } else if count <= Int(Int16.max) {
      try writeNumbers(codes.map { Int16($0) }, at: name)
    } else {
      try writeNumbers(codes, at: name)
    }
    try mark(name, .array)
  }
}
