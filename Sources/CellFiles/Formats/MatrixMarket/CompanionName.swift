internal import Foundation

/// The role and sample of a file, according to its name.
struct CompanionName {
  /// The contents of a file beside a matrix.
  enum Role {
    case cells
    case genes

    /// The rows of the matrix, or its columns; either may be cells or genes.
    case rows
    case columns

    /// Cells with further columns besides the name.
    case cellTable
  }

  /// The file's contents, if its name shows them.
  let role: Role?

  /// The parts of the name that identify the sample, such as `gsm441160` and `mh001`.
  let sample: Set<String>

  /// The agreement with the name of the matrix.
  ///
  /// It is 2 for the same sample, 1 for a partial match or no sample, and 0 for a sample that the
  /// matrix's name does not contain.
  private let closeness: Int

  /// The number of words that the matrix's name does not contain.
  private let words: Int

  /// Parses the name of a file, given the name of the matrix it may belong to.
  init(_ name: String, matrix: String) {
    var rest = Self.words(name)
    var shared: [String] = []
    // "GSM1_Tcells_genes.tsv" lists genes, so words of the matrix's name are ignored.
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

  /// Returns the suitability as a list of cells or genes, larger is better; `nil` if the name
  /// indicates another role.
  func rank(_ wanted: Role) -> Int? {
    let suits: Bool
    switch role {
    // In this case only the number of lines decides.
    case nil: return closeness
    case .rows, .columns: suits = true
    case .cellTable: suits = wanted == .cells
    case let role: suits = role == wanted
    }
    // Prefer a plain list of names to a table, and a short name to a long one.
    return suits
      ? 100 * closeness + (role == .cellTable ? 0 : 50) + max(0, 20 - words) : nil
  }

  /// Returns the parts of a matrix's name that identify the sample.
  static func sample(ofMatrix name: String) -> Set<String> {
    Set(words(name)).subtracting(usualWords)
  }

  /// Returns whether two names have different GEO sample numbers.
  static func areOfDifferentSamples(_ first: Set<String>, _ second: Set<String>) -> Bool {
    let (first, second) = (first.filter(isSampleNumber), second.filter(isSampleNumber))
    return !first.isEmpty && !second.isEmpty && first.isDisjoint(with: second)
  }

  /// Returns whether a file is a matrix, by its extension.
  static func isMatrix(_ name: String) -> Bool {
    name.hasSuffix(".mtx") || name.hasSuffix(".mtx.gz")
  }

  /// Returns whether a file may be a list or a table, by its extension.
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

  /// Words that indicate neither a sample nor a role.
  private static let usualWords: Set = [
    "matrix", "mtx", "mat", "counts", "count", "dge", "expression", "exprs", "umi", "umis", "quant",
    "quants", "all", "name", "names", "list", "id", "ids", "info", "the",
  ]
}
