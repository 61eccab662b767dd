public import CellFiles
internal import CountData
internal import HDF5
internal import Support

/// The contents of some files, and the command that would integrate them.
public struct Inspection: Sendable, Codable, Equatable {
  /// One matrix of a file.
  package struct Matrix: Sendable, Codable, Equatable {
    /// The matrix's name within the file, such as `layers/counts`.
    package var name: String

    /// The command line options that select it, such as `--layer counts`; empty for the default
    /// matrix.
    package var options: String

    /// The storage layout: `csr`, `csc`, `dense`, `dense by gene` or `mtx`.
    package var layout: String

    /// The type of the values, such as `float32`.
    package var type: String

    /// The number of stored values.
    package var storedValues: Int

    /// The kind of values in the first cells.
    package var values: String

    /// A flag that is true if the values are counts, as training needs.
    package var isCounts: Bool
  }

  /// One column of `obs`.
  package struct Column: Sendable, Codable, Equatable {
    /// The column's name.
    package var name: String

    /// The kind of values: categories, strings, integers, floats or booleans.
    package var kind: String

    /// The number of distinct values, without missing ones.
    package var levels: Int

    /// The number of cells without a value.
    package var missing: Int

    /// The first few values in order; for floats, the smallest and the largest.
    package var examples: [String]

    /// A flag that is true if the column looks like a batch key.
    package var looksLikeBatchKey: Bool

    /// A flag that is true if the column looks like cell types.
    package var looksLikeLabelKey: Bool
  }

  /// One file.
  package struct File: Sendable, Codable, Equatable {
    /// The file's path, as given.
    package var path: String

    /// The file's format.
    package var format: String

    /// The number of cells.
    package var cells: Int

    /// The number of genes.
    package var genes: Int

    /// The word for the genes, or other features.
    package var feature = FeatureNoun.gene

    /// The names of the first few cells.
    package var firstCells: [String]

    /// The names of the first few genes.
    package var firstGenes: [String]

    /// The modalities of an `.h5mu` file.
    package var modalities: [String]

    /// The genomes of a 10x file, if there are several.
    package var genomes: [String]

    /// The feature types of a 10x file or folder, if there are several.
    package var featureTypes: [String]

    /// The matrices; the default one comes first.
    package var matrices: [Matrix]

    /// The columns of `obs`.
    package var columns: [Column]

    /// Notices about the file, one sentence each.
    public var notices: [String]
  }

  /// The files, in the given order.
  package var files: [File]

  /// Notices about the batches to read before integrating, one sentence each.
  public var notices: [String] = []

  /// The comparison of the batches' populations; `nil` if no batch key was given.
  package var batches: BatchComparison?

  /// The command that would integrate the files; `nil` if no column or matrix is suitable.
  public var command: String?

  /// Inspects files.
  ///
  /// - Parameters:
  ///   - paths: The files, at least one.
  ///   - batchKey: The column of `obs` that names the batches, or several, comma-separated, for
  ///     also comparing their cell types. The default is `nil`, without the comparison.
  ///   - limit: The maximum number of cells to compare, since all their counts are read. The
  ///     default is ``comparedCells``.
  ///   - companions: The files that name the cells and genes, or describe the cells. By default
  ///     they are searched for.
  ///   - threads: The number of threads. The default is `nil`, for one per core; the result does
  ///     not depend on it.
  /// - Throws: `CategorizedError` if a file cannot be read or lacks the column; `CancellationError`.
  public init(
    of paths: [String], batchKey: String? = nil, comparing limit: Int = Inspection.comparedCells,
    companions: Companions = Companions(), threads: Int? = nil
  ) throws {
    try self.init(
      of: paths, batchKey: batchKey, comparing: limit, companions: companions, threads: threads,
      spelling: \.description)
  }

  /// Inspects files, and puts settings that a notice suggests into the words of `spelling`.
  package init(
    of paths: [String], batchKey: String? = nil, comparing limit: Int = Inspection.comparedCells,
    companions: Companions = Companions(), threads: Int? = nil, spelling: Spelling
  ) throws {
    let files = try paths.map { try Self.inspect($0, companions, spelling) }
    self.files = files
    notices = try Self.keyNotices(files, companions, batchKey: batchKey)
    batches = try batchKey.map {
      try Self.compare(files, by: $0, limit: limit, companions: companions, threads: threads)
    }
    command = Self.command(for: files, batchKey: batchKey, companions, spelling)
  }

  private static func inspect(
    _ path: String, _ companions: Companions, _ spelling: Spelling
  ) throws -> File {
    let contents = try CellFileContents(ofFileAt: path, companions: companions)
    // An unreadable matrix or column is left out if at least one matrix can be read.
    var opened: [(file: CellFile, matrix: Matrix)] = []
    var failures: [any Error] = []
    let hasTypes = !contents.featureTypes.isEmpty
    for options in hasTypes ? Array(contents.readings.prefix(1)) : contents.readings {
      do {
        var options = options
        options.companions = companions
        let file = try CellFile(readingAt: path, options: options)
        opened.append((file, try matrix(file, spelling)))
      } catch let error as any CategorizedError {
        failures.append(error)
      }
    }
    guard let first = opened.first?.file else {
      if let failure = failures.first { throw failure }
      preconditionFailure("a file without a matrix")
    }
    let matrices =
      try hasTypes
      ? Self.matrices(ofTypesIn: path, contents.readings, companions, spelling)
      : opened.map(\.matrix)
    let candidates = Set(first.batchKeyCandidates().map(\.name))
    let labels = Set(first.labelKeyCandidates())
    var notices = first.notices + failures.map { "a matrix is left out: \($0)" }
    notices += labelNotices(of: first)
    let columns = first.columnNames.compactMap { name -> Column? in
      let (column, reason) = first.columnIfReadable(name)
      if let reason { notices.append(reason) }
      return column.map {
        Self.column(
          name, holding: $0, isCandidate: candidates.contains(name), isLabel: labels.contains(name))
      }
    }
    if let evidence = first.peakEvidence {
      notices.append(FeatureKind.peaks.notice(evidence: evidence))
    }
    if let evidence = first.proteinEvidence {
      notices.append(FeatureKind.proteins.notice(evidence: evidence))
    }
    if try first.looksUnfiltered() {
      notices.append(
        "most cells are nearly empty, as in an unfiltered 10x matrix; give the filtered one, "
          + "or `minimumCounts = 500`")
    }
    return File(
      path: path, format: first.format.description, cells: first.cellCount,
      genes: first.geneCount, feature: first.feature,
      firstCells: Array(first.cellNames.prefix(3)),
      firstGenes: first.genes.prefix(3).map(\.name), modalities: contents.modalities,
      genomes: contents.genomes, featureTypes: contents.featureTypes,
      matrices: matrices, columns: columns, notices: notices)
  }

  /// Returns the parts of a matrix by feature type; the matrix is read once for all.
  private static func matrices(
    ofTypesIn path: String, _ readings: [ReadingOptions], _ companions: Companions,
    _ spelling: Spelling
  ) throws -> [Matrix] {
    var options = ReadingOptions()
    options.featureType = nil
    options.companions = companions
    let file = try CellFile(readingAt: path, options: options)
    let kinds = try sampledKinds(ofTypesIn: file)
    return readings.map { reading in
      matrix(file, reading, kinds[reading.featureType ?? ""] ?? ValueAudit().kind, spelling)
    }
  }

  /// The maximum number of columns with notices about labels that look missing.
  private static let namedColumns = 10

  /// Returns notices about labels that stand for missing ones, one sentence each.
  private static func labelNotices(of file: CellFile) -> [String] {
    let notices = file.columnNames.flatMap { name in
      file.columnIfReadable(name).column.map {
        placeholderNotices(in: [$0], named: name, role: "label")
      } ?? []
    }
    let rest = notices.count - namedColumns
    return notices.prefix(namedColumns)
      + (rest > 0 ? ["the same of \(counted(rest, "more column"))"] : [])
  }

  private static func matrix(_ file: CellFile, _ spelling: Spelling) throws -> Matrix {
    matrix(file, file.options, try sampledKind(of: file), spelling)
  }

  private static func matrix(
    _ file: CellFile, _ reading: ReadingOptions, _ kind: ValueKind, _ spelling: Spelling
  ) -> Matrix {
    Matrix(
      name: file.matrixName, options: settings(reading).map(spelling).joined(separator: " "),
      layout: file.storage.layout.description,
      type: "\(file.storage.element)", storedValues: file.storage.storedCount,
      values: kind.rawValue, isCounts: kind == .counts || kind == .fractionalCounts)
  }

  /// Returns the kind of values in the first cells, which are enough to determine it.
  private static func sampledKind(of file: CellFile) throws -> ValueKind {
    struct Enough: Error {}
    var audit = ValueAudit()
    do {
      try file.inBlocks(of: 1 << 16).forEachRowBlock(as: Float.self) { block in
        audit.add(block)
        if audit.stored >= 1 << 18 { throw Enough() }
      }
    } catch is Enough {}
    return audit.kind
  }

  /// Returns the kind of values in the first cells, separately for each feature type.
  private static func sampledKinds(ofTypesIn file: CellFile) throws -> [String: ValueKind] {
    struct Enough: Error {}
    let types = file.featureTypes ?? []
    let names = Array(Set(types))
    let numbers = Dictionary(uniqueKeysWithValues: zip(names, names.indices))
    let typeOfGene = types.map { numbers[$0] ?? 0 }
    var audits = names.map { _ in ValueAudit() }
    var stored = 0
    do {
      try file.inBlocks(of: 1 << 16).forEachRowBlock(as: Float.self) { block in
        var genes = names.map { _ in [Int32]() }
        var values = names.map { _ in [Float]() }
        for (gene, value) in zip(block.genes, block.values) {
          let type = typeOfGene[Int(gene)]
          genes[type].append(gene)
          values[type].append(value)
        }
        // The kind of values does not depend on the ends of rows.
        for type in names.indices where !values[type].isEmpty {
          audits[type].add(
            RowBlock(
              firstRow: block.firstRow, starts: [0, values[type].count], genes: genes[type],
              values: values[type]))
        }
        stored += block.values.count
        if stored >= 1 << 20 || audits.allSatisfy({ $0.stored >= 1 << 18 }) { throw Enough() }
      }
    } catch is Enough {}
    return Dictionary(uniqueKeysWithValues: zip(names, audits.map(\.kind)))
  }

  private static func column(
    _ name: String, holding column: CellFiles.Column, isCandidate: Bool, isLabel: Bool
  ) -> Column {
    let levels = column.withPlaceholdersMissing().levels()
    var examples = Array(levels.names.prefix(4))
    if case .floats = column, levels.names.count > 1 {
      examples = [levels.names[0], levels.names[levels.names.count - 1]]
    }
    return Column(
      name: name, kind: column.kind, levels: levels.names.count,
      missing: levels.ofRow.count { $0 < 0 }, examples: examples,
      looksLikeBatchKey: isCandidate, looksLikeLabelKey: isLabel)
  }

  /// The settings that differ from the usual options.
  private static func settings(_ options: ReadingOptions) -> [Setting] {
    var settings: [Setting] = []
    if let modality = options.modality { settings.append(Setting("modality", modality)) }
    if let layer = options.layer { settings.append(Setting("layer", layer)) }
    if options.useRaw { settings.append(Setting(toTrue: "useRaw")) }
    if let genome = options.genome { settings.append(Setting("genome", genome)) }
    if options.featureType != ReadingOptions().featureType {
      settings.append(Setting("featureType", options.featureType ?? ""))
    }
    return settings
  }
}

extension Column {
  /// The kind of values in one word.
  fileprivate var kind: String {
    switch self {
    case .strings: "strings"
    case .categorical: "categories"
    case .integers: "integers"
    case .floats: "floats"
    case .booleans: "booleans"
    }
  }
}
