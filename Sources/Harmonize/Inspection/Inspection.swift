internal import CellFiles
internal import HDF5

/// What is in some files, and the command that would integrate them.
public struct Inspection: Sendable, Codable, Equatable {
  /// One matrix of a file.
  public struct Matrix: Sendable, Codable, Equatable {
    /// Its name within the file, such as `layers/counts`.
    public var name: String

    /// How it is stored: `csr`, `csc` or `dense`.
    public var layout: String

    /// The type of its values, such as `float32`.
    public var type: String

    /// The number of stored values.
    public var storedValues: Int

    /// What kind of values the first cells hold.
    public var values: String

    /// Whether these are counts, as training needs them.
    public var isCounts: Bool
  }

  /// One column of `obs`.
  public struct Column: Sendable, Codable, Equatable {
    /// Its name.
    public var name: String

    /// What it holds: categories, strings, integers, floats or booleans.
    public var kind: String

    /// The number of different values, without missing ones.
    public var levels: Int

    /// The number of cells without a value.
    public var missing: Int

    /// The first few values, in their order; of floats the least and the greatest.
    public var examples: [String]

    /// Whether it looks like a column that names the sources.
    public var looksLikeBatchKey: Bool
  }

  /// One file.
  public struct File: Sendable, Codable, Equatable {
    /// Its path, as given.
    public var path: String

    /// Its format.
    public var format: String

    /// The number of cells.
    public var cells: Int

    /// The number of genes.
    public var genes: Int

    /// The names of the first few cells.
    public var firstCells: [String]

    /// The names of the first few genes.
    public var firstGenes: [String]

    /// Its matrices.
    public var matrices: [Matrix]

    /// The columns of `obs`.
    public var columns: [Column]
  }

  /// The files, in the order given.
  public var files: [File]

  /// The command that would integrate them, or `nil` where no column or matrix suits.
  public var command: String?

  /// Looks at files.
  ///
  /// - Parameter paths: The files, at least one.
  /// - Throws: `HDF5Error`, `CellFileError`.
  public init(of paths: [String]) throws {
    files = try paths.map { try Self.inspect($0) }
    command = Self.command(for: files)
  }

  private static func inspect(_ path: String) throws -> File {
    let opened = try variants(of: path).map { options in
      try CellFile(readingAt: path, options: options)
    }
    guard let first = opened.first else { preconditionFailure("a file without a variant") }
    let candidates = Set(try first.batchKeyCandidates().map(\.name))
    return File(
      path: path, format: first.format.description, cells: first.cellCount,
      genes: first.geneCount, firstCells: Array(first.cellNames.prefix(3)),
      firstGenes: first.genes.prefix(3).map(\.name), matrices: try opened.map(matrix),
      columns: try first.columnNames.map { name in
        try column(name, of: first, isCandidate: candidates.contains(name))
      })
  }

  /// The options that read each matrix of a file in turn.
  private static func variants(of path: String) throws -> [ReadingOptions] {
    let file = try HDF5.File(readingAt: path)
    let names = Set(try file.children(of: "/"))
    guard names.isSuperset(of: ["obs", "var"]) else { return [ReadingOptions()] }
    var variants: [ReadingOptions] = []
    if names.contains("X"), try hasMatrix("X", file) { variants.append(ReadingOptions()) }
    if try file.kind(of: "layers") == .group {
      for layer in try file.children(of: "layers") where try hasMatrix("layers/\(layer)", file) {
        var options = ReadingOptions()
        options.layer = layer
        variants.append(options)
      }
    }
    if names.contains("raw.X") || names.contains("raw") {
      var options = ReadingOptions()
      options.useRaw = true
      // A 'raw' without a matrix is passed over, not an error: it is one of several.
      if (try? CellFile(readingAt: path, options: options)) != nil { variants.append(options) }
    }
    // Where there is no matrix at all, opening says so.
    return variants.isEmpty ? [ReadingOptions()] : variants
  }

  private static func hasMatrix(_ name: String, _ file: borrowing HDF5.File) throws -> Bool {
    switch try file.kind(of: name) {
    case .group: true
    case .dataset: try !file.info(of: name).isNull
    default: false
    }
  }

  private static func matrix(_ file: CellFile) throws -> Matrix {
    let kind = try sampledKind(of: file)
    return Matrix(
      name: file.matrixName, layout: file.storage.layout.description,
      type: "\(file.storage.element)", storedValues: file.storage.storedCount,
      values: kind.rawValue, isCounts: kind == .counts || kind == .fractionalCounts)
  }

  /// What the values of the first cells are: enough of them to tell, without reading all.
  private static func sampledKind(of file: CellFile) throws -> ValueKind {
    struct Enough: Error {}
    var options = file.options
    options.blockValues = 1 << 16
    let sampled = try CellFile(readingAt: file.path, options: options)
    var audit = ValueAudit()
    do {
      try sampled.forEachRowBlock(as: Float.self) { block in
        audit.add(block)
        if audit.stored >= 1 << 18 { throw Enough() }
      }
    } catch is Enough {}
    return audit.kind
  }

  private static func column(
    _ name: String, of file: CellFile, isCandidate: Bool
  ) throws -> Column {
    let column = try file.column(name)
    let levels = column.levels()
    var examples = Array(levels.names.prefix(4))
    if case .floats = column, levels.names.count > 1 {
      examples = [levels.names[0], levels.names[levels.names.count - 1]]
    }
    return Column(
      name: name, kind: column.kind, levels: levels.names.count,
      missing: levels.ofRow.count { $0 < 0 }, examples: examples,
      looksLikeBatchKey: isCandidate)
  }

  /// The command that would integrate the files.
  private static func command(for files: [File]) -> String? {
    let paths = files.map { quoted($0.path) }.joined(separator: " ")
    guard let first = files.first,
      let matrix = first.matrices.first(where: \.isCounts)
    else { return nil }
    var command = "scharmonize \(paths)"
    if files.count == 1 {
      let candidates = first.columns.filter { $0.looksLikeBatchKey && $0.missing == 0 }
      guard let key = candidates.first(where: { $0.name == "batch" }) ?? candidates.first else {
        return nil
      }
      if key.name != "batch" { command += " --batch-key \(quoted(key.name))" }
    }
    if matrix.name.hasPrefix("layers/") {
      command += " --layer \(quoted(String(matrix.name.dropFirst("layers/".count))))"
    } else if matrix.name.hasPrefix("raw") {
      command += " --use-raw"
    }
    return command + " -o harmonized.h5ad"
  }

  /// A word as a shell takes it.
  private static func quoted(_ word: String) -> String {
    let isPlain = word.allSatisfy {
      $0.isLetter || $0.isNumber || "/._-+=:,@".contains($0)
    }
    return isPlain && !word.isEmpty
      ? word : "'" + word.replacing("'", with: "'\\''") + "'"
  }
}

extension Column {
  /// What the column holds, in a word.
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
