internal import Support

/// Options for reading a file: the selected matrix and the size of its blocks.
public struct ReadingOptions: Sendable, Equatable {
  /// The layer to read instead of `X`, such as `"counts"`; for `.h5ad`, `.h5mu`, zarr
  /// and `.loom`.
  ///
  /// The default is `nil`, which reads `X`. `"obsm/protein_expression"` reads a table of `obsm`, as of
  /// counts of proteins beside genes; for `.h5ad`, `.h5mu` and zarr.
  public var layer: String?

  /// A flag that is true to read `raw/X`, with the genes of `raw/var`, instead of `X`; for `.h5ad`,
  /// `.h5mu` and zarr.
  ///
  /// The default is `false`. It is ignored if ``layer`` is given.
  public var useRaw = false

  /// A flag that is true to open the matrix of counts.
  ///
  /// The default is `true`. If it is `false`, an `.h5ad` may lack a matrix, as when given coordinates
  /// are integrated instead of counts: see `IntegrationOptions.fromEmbedding`.
  public var needsCounts = true

  /// The genome whose genes are read, such as `"GRCh38"`; for 10x files only.
  ///
  /// The default is `nil`, which reads all genes; a Cell Ranger 2 file must then have only one
  /// genome.
  public var genome: String?

  /// The type of the features to read from a 10x file or folder; `nil` for all.
  ///
  /// The default is `"Gene Expression"`, with which a file of another type alone, such as `Peaks`, is
  /// read as well. A file that names no types is refused with any other type, and so is an AnnData
  /// with features of several types, which are read together.
  public var featureType: String? = ReadingOptions.usualType

  /// A flag that is true if a file must have features of ``featureType``.
  ///
  /// The default is `false`: of a file that lacks genes, the features of its only type are read, with
  /// a notice. It makes no difference for a type other than the default one.
  package var requiresType = false

  /// The default type of features.
  package static let usualType = "Gene Expression"

  /// The modality to read, such as `"rna"`; for a MuData only, as in `.h5mu`.
  ///
  /// The default is `nil`: the only modality, or the one named `rna`.
  public var modality: String?

  /// The files that name the cells and genes, or describe the cells.
  ///
  /// By default the files beside a matrix are found by name.
  package var companions = Companions()

  /// The maximum number of stored values in a block of rows, unless one row has more.
  ///
  /// The default is 1,048,576. Each thread reads some blocks ahead; larger blocks take more memory
  /// and are hardly faster.
  package var blockValues = 1 << 20

  /// The number of values held in memory while a matrix stored by columns is converted to rows.
  ///
  /// The default is about 67 million, which takes some 800 MB. A larger matrix is read once for
  /// each such number of values.
  package var bandValues = 1 << 26

  /// The bytes of decoded chunks of a compressed dataset that are kept while several pieces of
  /// them are read, but at least one chunk.
  ///
  /// The default is 256 MiB. A matrix has two such datasets at most, its values and their
  /// places. With fewer, chunks are decoded anew for each piece; what is read is the same.
  package var chunkBytes = 1 << 28
  /// The number of threads, at least 1, including the one that uses the blocks.
  ///
  /// The default is `nil`: one for each processor available to the process. The result does not
  /// depend on it.
  package var threads: Int?

  /// Makes the default options.
  public init() {}
}

extension ReadingOptions {
  /// Returns the type of the features to read; `nil` for all.
  ///
  /// - Parameters:
  ///   - types: The type of each feature of a file.
  ///   - path: The file.
  ///   - notices: Receives a notice if the file has one type only, and it is not the usual one.
  /// - Returns: ``featureType``, or the only type.
  /// - Throws: ``CellFileError/noSuchFeatureType(path:featureType:featureTypes:)``.
  func chosenType(
    among types: some Collection<String>, ofFileAt path: String, _ notices: inout [String]
  ) throws(CellFileError) -> String? {
    guard let featureType, !types.isEmpty, !types.contains(featureType) else { return featureType }
    let found = Set(types).sorted()
    guard featureType == Self.usualType, !requiresType, found.count == 1, !found[0].isEmpty else {
      throw CellFileError.noSuchFeatureType(
        path: path, featureType: featureType, featureTypes: found)
    }
    notices.append(
      "'\(path)' has no features of type '\(featureType)'; those of its only type, '\(found[0])', "
        + "are read")
    return found[0]
  }

  /// The number of reading threads.
  var threadCount: Int { max(1, threads ?? Processors.available) }
}
