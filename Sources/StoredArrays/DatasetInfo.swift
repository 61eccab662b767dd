/// A description of an array in a file, available without reading its elements.
package struct DatasetInfo: Equatable, Sendable {
  /// The lengths, outermost first; empty for a single element.
  package var shape: [Int]

  /// The type of the elements.
  package var element: ElementType

  /// A flag that is true if the dataset has a type, but no elements and no shape.
  package var isNull: Bool

  /// A flag that is true if the first dimension may grow.
  package var isExtensible: Bool

  /// The shape of a chunk; `nil` if the dataset is stored contiguously.
  package var chunk: [Int]?

  /// The HDF5 identifiers of each chunk's filters, in the order of writing: 1 is gzip, 2 is
  /// shuffle, 32000 is lzf.
  package var filters: [Int]

  /// The bytes that the elements take in the file; `nil` if a list of the chunks would be needed.
  package var storedBytes: Int?

  /// The number of elements.
  package var count: Int { isNull ? 0 : shape.reduce(1, *) }

  /// The length of the first dimension; 1 for a single element.
  package var rowCount: Int { isNull ? 0 : shape.first ?? 1 }

  /// The number of elements in one step of the first dimension.
  package var rowSize: Int { shape.dropFirst().reduce(1, *) }

  /// Makes a description from its parts.
  package init(
    shape: [Int], element: ElementType, isNull: Bool = false, isExtensible: Bool = false,
    chunk: [Int]? = nil, filters: [Int] = [], storedBytes: Int? = nil
  ) {
    self.shape = shape
    self.element = element
    self.isNull = isNull
    self.isExtensible = isExtensible
    self.chunk = chunk
    self.filters = filters
    self.storedBytes = storedBytes
  }
}
