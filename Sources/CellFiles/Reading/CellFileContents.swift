/// The matrices of a file, with the options that read each.
package struct CellFileContents: Sendable, Equatable {
  /// The file's format.
  package let format: CellFileFormat

  /// The options for reading each matrix; the default matrix comes first.
  ///
  /// At least one; if the file has none, those whose reading tells so.
  package let readings: [ReadingOptions]

  /// The modalities of an `.h5mu` file.
  package let modalities: [String]

  /// The genomes of a 10x file, if there are several.
  package let genomes: [String]

  /// The feature types of a 10x file or folder, if there are several.
  package let featureTypes: [String]

  /// Lists the contents of a file.
  ///
  /// - Parameters:
  ///   - path: The file, or the folder of a Matrix Market matrix.
  ///   - companions: The files that name its cells and genes. By default they are searched for.
  /// - Throws: ``CellFileError`` if the format is unknown; `HDF5Error`.
  package init(ofFileAt path: String, companions: Companions = Companions()) throws {
    format = try CellFileFormat(ofFileAt: path)
    let list = try format.definition.matrices(ofFileAt: path, companions)
    readings = list.readings.isEmpty ? [ReadingOptions()] : list.readings
    modalities = list.modalities
    (genomes, featureTypes) = (list.genomes, list.featureTypes)
  }
}

extension CellFile {
  /// Returns whether most cells are nearly empty while others have the counts of a cell, as in an
  /// unfiltered Cell Ranger matrix.
  ///
  /// - Returns: The result by the number of values in each cell; `false` if these numbers are
  ///   unknown without reading the values.
  /// - Throws: ``CellFileError`` and `HDF5Error` if the file is damaged.
  package func looksUnfiltered() throws -> Bool {
    guard cellCount >= 1000, let counts = try matrix.valuesPerCell() else { return false }
    let share = Self.shareOfTranscriptome(genes: geneCount)
    return 2 * counts.count(where: { Double($0) < 50 * share }) > counts.count
      && counts.contains { Double($0) >= 300 * share }
  }

  /// Returns the share of the counts of a whole transcriptome that a number of genes is taken to have.
  ///
  /// It is 1 from 2,000 genes on. Panels of a few hundred genes have few counts in every cell, which is
  /// then not empty.
  package static func shareOfTranscriptome(genes: Int) -> Double { min(1, Double(genes) / 2_000) }
}
