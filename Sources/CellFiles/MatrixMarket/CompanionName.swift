internal import Foundation

/// What the name of a file says about it: what it lists, and of which sample.
struct CompanionName {
  /// What a file beside a matrix lists.
  enum Role {
    case cells
    case genes

    /// The rows of the matrix, or its columns, whichever these are.
    case rows
    case columns

    /// Cells, with more about each than a name.
    case cellTable
  }

  /// What the file lists, if its name tells.
  let role: Role?

  /// The parts of the name that tell the sample, such as `gsm441160` and `mh001`.
  let sample: Set<String>

  /// What the name has in common with that of the matrix: 2 for the same sample, 1 for less, such
  /// as nothing, 0 for a sample that the matrix's name does not tell.
  private let closeness: Int

  /// How many words the name has that the matrix's has not.
  private let words: Int

  /// Takes the name of a file, and that of the matrix that it may go with.
  init(_ name: String, matrix: String) {
    var rest = Self.words(name)
    var shared: [String] = []
    // "GSM1_Tcells_genes.tsv" lists genes: what the matrix is called says nothing.
    for word in Self.words(matrix) {
      if let place = rest.firstIndex(of: word) { shared.append(rest.remove(at: place)) }
    }
    let roles = rest.map { Self.role(of: $0) }
    let told = roles.compactMap(\.self)
    if told.contains(.genes) {
      role = .genes
    } else if told.contains(.cellTable) {
      role = .cellTable
    } else {
      role = told.last
    }
    let own = zip(rest, roles).filter { $1 == nil && !Self.usualWords.contains($0) }.map(\.0)
    let sample = Set(own + shared.filter { !Self.usualWords.contains($0) })
    let ofMatrix = Self.sample(ofMatrix: matrix)
    self.sample = sample
    closeness = sample == ofMatrix ? 2 : sample.isSubset(of: ofMatrix) ? 1 : 0
    words = rest.count
  }

  /// How well the file suits to name cells or genes, the greater the better; `nil` where its name
  /// says that it lists something else.
  func rank(_ wanted: Role) -> Int? {
    let suits: Bool
    switch role {
    // Then the number of lines alone tells.
    case nil: return closeness
    case .rows, .columns: suits = true
    case .cellTable: suits = wanted == .cells
    case let role: suits = role == wanted
    }
    // A list of names goes before a table that says more, and a short name before a long one.
    return suits
      ? 100 * closeness + (role == .cellTable ? 0 : 50) + max(0, 20 - words) : nil
  }

  /// The parts of a matrix's name that tell the sample.
  static func sample(ofMatrix name: String) -> Set<String> {
    Set(words(name)).subtracting(usualWords)
  }

  /// Whether a file is of another sample by the numbers that GEO gives them.
  static func areOfDifferentSamples(_ first: Set<String>, _ second: Set<String>) -> Bool {
    let (first, second) = (first.filter(isSampleNumber), second.filter(isSampleNumber))
    return !first.isEmpty && !second.isEmpty && first.isDisjoint(with: second)
  }

  /// Whether a file is a matrix by the end of its name.
  static func isMatrix(_ name: String) -> Bool {
    name.hasSuffix(".mtx") || name.hasSuffix(".mtx.gz")
  }

  /// Whether a file may be a list or a table by the end of its name.
  static func isText(_ name: String) -> Bool {
    let name = name.lowercased()
    return [".tsv", ".csv", ".txt", ".tab"].contains {
      name.hasSuffix($0) || name.hasSuffix($0 + ".gz")
    }
  }

  private static func isSampleNumber(_ word: String) -> Bool {
    word.hasPrefix("gsm") && word.dropFirst(3).allSatisfy(\.isNumber) && word.count > 3
  }

  private static func words(_ name: String) -> [String] {
    var name = name.lowercased()
    for ending in [".gz", ".mtx", ".tsv", ".csv", ".txt", ".tab"] where name.hasSuffix(ending) {
      name.removeLast(ending.count)
    }
    return name.split { !$0.isLetter && !$0.isNumber }.map(String.init)
  }

  private static func role(of word: String) -> Role? {
    switch word {
    case "rows", "row", "rownames": return .rows
    case "cols", "col", "columns", "column", "colnames": return .columns
    case "var", "rowdata", "transcripts", "symbols", "genenames": return .genes
    case "bc", "bcs", "nuclei", "droplets": return .cells
    case "obs", "meta", "coldata", "pheno", "phenotype", "phenodata", "annotation", "annotations",
      "annot", "clusters":
      return .cellTable
    default: break
    }
    func has(_ stems: [String]) -> Bool {
      stems.contains { word.hasPrefix($0) || word.hasSuffix($0) || word.hasSuffix("\($0)s") }
    }
    if has(["metadata"]) { return .cellTable }
    if has(["barcode"]) { return .cells }
    if has(["gene", "feature"]) { return .genes }
    return has(["cell"]) ? .cells : nil
  }

  /// Words that tell neither a sample nor what is listed.
  private static let usualWords: Set = [
    "matrix", "mtx", "mat", "counts", "count", "dge", "expression", "exprs", "umi", "umis", "quant",
    "quants", "all", "name", "names", "list", "id", "ids", "info", "the",
  ]
}
