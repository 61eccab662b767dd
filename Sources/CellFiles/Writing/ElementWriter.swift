internal import HDF5
internal import StoredArrays
internal import Zarr

/// A place that elements of an AnnData are written to: an HDF5 file, or a zarr store.
///
/// Without a shape an array is a list of all values; an empty shape is one element.
protocol ElementWriter: ~Copyable {
  /// The error of a failed write.
  associatedtype Failure: Error

  /// Creates a group.
  func createGroup(_ name: String) throws(Failure)

  /// Writes numbers as a new array.
  func writeNumbers<Number: StoredNumber>(
    _ numbers: [Number], at name: String, shape: [Int]?
  ) throws(Failure)

  /// Writes strings as a new array.
  func writeStrings(_ strings: [String], at name: String, shape: [Int]?) throws(Failure)

  /// Writes Booleans as a new array.
  func writeBooleans(_ booleans: [Bool], at name: String, shape: [Int]?) throws(Failure)

  /// Writes a table of numbers as a new array, block by block.
  func writeTable(_ table: DenseTable, at name: String) throws(Failure)

  /// Sets an attribute.
  func setAttribute(_ attribute: String, of name: String, to value: AttributeValue) throws(Failure)
}

extension ElementWriter where Self: ~Copyable {
  /// Writes numbers as a list.
  func writeNumbers<Number: StoredNumber>(_ numbers: [Number], at name: String) throws(Failure) {
    try writeNumbers(numbers, at: name, shape: nil)
  }

  /// Writes strings as a list.
  func writeStrings(_ strings: [String], at name: String) throws(Failure) {
    try writeStrings(strings, at: name, shape: nil)
  }

  /// Writes Booleans as a list.
  func writeBooleans(_ booleans: [Bool], at name: String) throws(Failure) {
    try writeBooleans(booleans, at: name, shape: nil)
  }
}

extension File: ElementWriter {
  func writeNumbers<Number: StoredNumber>(
    _ numbers: [Number], at name: String, shape: [Int]?
  ) throws(HDF5Error) {
    try write(numbers, at: name, shape: shape)
  }

  func writeStrings(_ strings: [String], at name: String, shape: [Int]?) throws(HDF5Error) {
    try write(strings: strings, at: name, shape: shape)
  }

  func writeBooleans(_ booleans: [Bool], at name: String, shape: [Int]?) throws(HDF5Error) {
    try write(booleans: booleans, at: name, shape: shape)
  }

  func writeTable(_ table: DenseTable, at name: String) throws(HDF5Error) {
    try write(table, at: name)
  }
}

extension ZarrWriter: ElementWriter {
  func writeNumbers<Number: StoredNumber>(
    _ numbers: [Number], at name: String, shape: [Int]?
  ) throws(ZarrError) {
    try write(numbers, at: name, shape: shape)
  }

  func writeStrings(_ strings: [String], at name: String, shape: [Int]?) throws(ZarrError) {
    try write(strings: strings, at: name, shape: shape)
  }

  func writeBooleans(_ booleans: [Bool], at name: String, shape: [Int]?) throws(ZarrError) {
    try write(booleans: booleans, at: name, shape: shape)
  }

  func writeTable(_ table: DenseTable, at name: String) throws(ZarrError) {
    try writeRows(at: name, shape: [table.rows, table.columns]) {
      (take: ([Float]) throws(ZarrError) -> Void) throws(ZarrError) in
      try table.forEachBlock { (_, values) throws(ZarrError) in try take(values) }
    }
  }
}
