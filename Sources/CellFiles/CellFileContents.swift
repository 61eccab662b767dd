internal import HDF5

/// Which matrices a file has, and how each is read.
public struct CellFileContents: Sendable, Equatable {
  /// The file's format.
  public let format: CellFileFormat

  /// The options that read each matrix in turn, the one that is read by default first; at least one.
  public let readings: [ReadingOptions]

  /// The modalities of an `.h5mu`.
  public private(set) var modalities: [String] = []

  /// The genomes of a 10x file that names several.
  public private(set) var genomes: [String] = []

  /// The types of features in a 10x file or folder, if it has several.
  public private(set) var featureTypes: [String] = []

  /// Looks at a file.
  ///
  /// - Parameters:
  ///   - path: The file, or the folder of a matrix in Matrix Market's format.
  ///   - companions: The files that name its cells and genes. The default names none: they are found.
  /// - Throws: ``CellFileError``, where it is of no known format; `HDF5Error`.
  public init(ofFileAt path: String, companions: Companions = Companions()) throws {
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
        // What is read anyway needs no option.
        options.modality = name == preferred ? nil : name
        // One that is damaged says so when it is opened.
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

  /// The matrices of an AnnData; where there is none at all, opening says so.
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
  /// Whether most cells hold almost nothing while some hold a cell's worth, as in a matrix that Cell
  /// Ranger has not filtered.
  ///
  /// - Returns: What the numbers of values in each cell say; `false` where these are not
  ///   known without reading the values.
  /// - Throws: ``CellFileError`` and `HDF5Error`, where the file is damaged.
  public func looksUnfiltered() throws -> Bool {
    guard cellCount >= 1000, let counts = try matrix.valuesPerCell() else { return false }
    return 2 * counts.count(where: { $0 < 50 }) > counts.count && counts.contains { $0 >= 300 }
  }
}
