internal import HDF5

/// A format of files with an expression matrix: its recognition, and the structure of its files.
///
/// A format is one conforming type, listed in ``CellFileFormat/all``.
protocol CellFormat: Sendable {
  /// The format in words, for messages and records; different for each format.
  var name: String { get }

  /// A flag that is true if files hold their own tables about cells and genes, so that no tables are
  /// searched for beside them. The default is false.
  var holdsTables: Bool { get }

  /// A flag that is true if every file tells the types of its features. The default is false.
  var tellsFeatureTypes: Bool { get }

  /// The options that select what is read of a file; others are refused. The default is none.
  var selections: Set<MatrixSelection> { get }

  /// The clause about a file that numbers its genes for want of names; `nil`, the default, for the
  /// usual sentence.
  var clauseWithoutGeneNames: String? { get }

  /// Returns whether a path is of this format by its first bytes alone; the default is `false`.
  func recognizes(_ signature: FileSignature) -> Bool

  /// Reads the structure of a file: the names, the tables, and where the matrix is.
  ///
  /// - Throws: ``CellFileError`` if the matrix does not exist or is damaged; `HDF5Error`.
  func parts(ofFileAt path: String, options: ReadingOptions) throws -> CellFileParts

  /// Lists the matrices of a file.
  ///
  /// - Throws: ``CellFileError`` and `HDF5Error` if the file is damaged.
  func matrices(ofFileAt path: String, _ companions: Companions) throws -> MatrixList
}

extension CellFormat {
  var holdsTables: Bool { false }
  var tellsFeatureTypes: Bool { false }
  var selections: Set<MatrixSelection> { [] }
  var clauseWithoutGeneNames: String? { nil }
  func recognizes(_ signature: FileSignature) -> Bool { false }
}

/// A format of groups and arrays: HDF5, or zarr.
protocol ContainerFormat: CellFormat {
  /// Returns whether a file is of this format by the objects at its root.
  ///
  /// - Parameters:
  ///   - names: The names of these objects.
  ///   - file: The file.
  /// - Returns: `true` if it is.
  /// - Throws: `HDF5Error`.
  func recognizes(_ names: Set<String>, in file: borrowing Container) throws -> Bool

  /// Reads the structure of an opened file, as ``CellFormat/parts(ofFileAt:options:)`` does.
  func parts(in file: borrowing Container, options: ReadingOptions) throws -> CellFileParts

  /// Lists the matrices of an opened file, as ``CellFormat/matrices(ofFileAt:_:)`` does.
  func matrices(in file: borrowing Container) throws -> MatrixList

  /// Returns the paths of the matrices of the same cells as another one, which may be among them;
  /// none, the default, in a format of one matrix.
  ///
  /// - Throws: `HDF5Error`.
  func paths(ofMatricesBeside matrix: String, in file: borrowing Container) throws -> [String]
}

extension ContainerFormat {
  func paths(ofMatricesBeside matrix: String, in file: borrowing Container) -> [String] { [] }

  func parts(ofFileAt path: String, options: ReadingOptions) throws -> CellFileParts {
    var parts = try parts(in: Container(readingAt: path), options: options)
    if !holdsTables { parts.cellTables = CompanionSearch(of: path).cellTables(besides: []) }
    for (file, field) in [
      (options.companions.barcodes, "barcodes"), (options.companions.features, "features"),
    ] where file != nil {
      throw CellFileError.namesWithin(path: path, format: name, option: field)
    }
    return parts
  }

  func matrices(ofFileAt path: String, _ companions: Companions) throws -> MatrixList {
    try matrices(in: Container(readingAt: path))
  }
}

/// The matrices of a file, with the options that read each.
struct MatrixList {
  /// The options for reading each matrix, the default one first; at least one.
  var readings: [ReadingOptions]

  /// The modalities, in a file of several.
  var modalities: [String] = []

  /// The genomes, if there are several.
  var genomes: [String] = []

  /// The feature types, if there are several.
  var featureTypes: [String] = []
}

extension MatrixList {
  /// Makes a list of one matrix for each feature type, the usual one first.
  init(featureTypes types: [String]) {
    let usual = ReadingOptions()
    if types.count == 1 {
      self.init(readings: [usual])
      return
    }
    let others = types.filter { $0 != usual.featureType }.map { type in
      var options = usual
      options.featureType = type
      return options
    }
    let hasUsual = types.isEmpty || types.contains { $0 == usual.featureType }
    self.init(
      readings: (hasUsual ? [usual] : []) + others, featureTypes: types.count > 1 ? types : [])
  }
}
