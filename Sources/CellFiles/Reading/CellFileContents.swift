internal import HDF5

/// The matrices of a file, with the options that read each.
package struct CellFileContents: Sendable, Equatable {
  /// The file's format.
  package let format: CellFileFormat

  /// The options for reading each matrix; the default matrix comes first.
  ///
  /// At least one.
  package let readings: [ReadingOptions]

  /// The modalities of an `.h5mu` file.
  package private(set) var modalities: [String] = []

  /// The genomes of a 10x file, if there are several.
  package private(set) var genomes: [String] = []

  /// The feature types of a 10x file or folder, if there are several.
  package private(set) var featureTypes: [String] = []

  /// Lists the contents of a file.
  ///
  /// - Parameters:
  ///   - path: The file, or the folder of a Matrix Market matrix.
  ///   - companions: The files that name its cells and genes. By default they are searched for.
  /// - Throws: ``CellFileError`` if the format is unknown; `HDF5Error`.
  package init(ofFileAt path: String, companions: Companions = Companions()) throws {
    let format = try CellFileFormat(ofFileAt: path)
    self.format = format
    if format == .mtx {
      let types = try MarketFolder.featureTypes(at: path, companions)
      featureTypes = types.count > 1 ? types : []
      readings = Self.readings(ofTypes: types)
      return
    }
    let file = try File(readingAt: path)
    switch format {
    case .h5ad: readings = try Self.annData(in: file, root: "", ReadingOptions())
    case .h5mu:
      let names = try MuData.modalities(in: file)
      let preferred = try? MuData(in: file, options: ReadingOptions()).modality
      let first = [preferred].compactMap(\.self)
      modalities = names
      readings = (first + names.filter { $0 != preferred }).flatMap { name in
        var options = ReadingOptions()
        // The default modality needs no option.
        options.modality = name == preferred ? nil : name
        // Opening a damaged modality throws its error.
        return (try? Self.annData(in: file, root: "mod/\(name)/", options)) ?? [options]
      }
    case .loom:
      let layers = try LoomContents.layers(in: file).map { layer in
        var options = ReadingOptions()
        options.layer = layer
        return options
      }
      let hasMatrix = try file.kind(of: "matrix") == .dataset || layers.isEmpty
      readings = (hasMatrix ? [ReadingOptions()] : []) + layers
    case .tenXv2:
      let names = try TenXMatrix.genomes(in: file)
      genomes = names.count > 1 ? names : []
      readings = names.map { name in
        var options = ReadingOptions()
        options.genome = names.count > 1 ? name : nil
        return options
      }
    case .tenXv3, .mtx:
      let types = try Self.distinct("matrix/features/feature_type", in: file)
      let names = try Self.distinct("matrix/features/genome", in: file)
      featureTypes = types.count > 1 ? types : []
      genomes = names.count > 1 ? names : []
      readings = Self.readings(ofTypes: types)
    }
  }

  private static func readings(ofTypes types: [String]) -> [ReadingOptions] {
    let usual = ReadingOptions()
    let others = types.filter { $0 != usual.featureType }.map { type in
      var options = usual
      options.featureType = type
      return options
    }
    let hasUsual = types.isEmpty || types.contains { $0 == usual.featureType }
    return (hasUsual ? [usual] : []) + others
  }

  /// Returns the matrices of an AnnData; if there are none, opening throws the error.
  private static func annData(
    in file: borrowing File, root: String, _ options: ReadingOptions
  ) throws -> [ReadingOptions] {
    var layers: [ReadingOptions] = []
    for layer in try AnnDataPlace.layers(in: file, root: root)
    where (try? AnnDataPlace.holdsMatrix("\(root)layers/\(layer)", file)) ?? true {
      var reading = options
      reading.layer = layer
      layers.append(reading)
    }
    var raw = options
    raw.useRaw = true
    let hasRaw = (try? CellFileParts(file, root: root, options: raw)) != nil
    let main = (try? AnnDataPlace.holdsMatrix("\(root)X", file)) ?? true ? [options] : []
    let found = main + layers + (hasRaw ? [raw] : [])
    return found.isEmpty && root.isEmpty ? [options] : found
  }

  private static func distinct(_ name: String, in file: borrowing File) throws -> [String] {
    guard try file.kind(of: name) == .dataset else { return [] }
    return Set(try file.strings(name)).subtracting([""]).sorted()
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
    return 2 * counts.count(where: { $0 < 50 }) > counts.count && counts.contains { $0 >= 300 }
  }
}
