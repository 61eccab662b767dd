/// By what names the genes of several files are matched.
struct GeneMatching {
  /// For each file, the name that each gene is matched by, no two alike within a file.
  let keys: [[String]]

  /// What was chosen, where there was a choice.
  let notices: [String]

  /// Which names were changed within a file.
  let renamings: [String]

  /// Whether genes that are matched by something else may have one name.
  let mayRepeatNames: Bool

  private let files: [CellFile]

  /// By what kind of names genes are matched; `nil` for whatever a file calls them.
  let matched: GeneNaming?

  private let isAskedFor: Bool
  private let symbols: [[String]?]
  private let ids: [[String]?]

  /// Decides by what to match.
  ///
  /// - Throws: ``CellFileError/noGeneNames(path:naming:example:)``, where `naming` is asked for and
  ///   a file has no such names; what reading `var` throws.
  init(_ files: [CellFile], naming: GeneNaming?) throws {
    self.files = files
    isAskedFor = naming != nil
    // Of a single file nothing has to be matched.
    let looksFurther = files.count > 1 || naming != nil
    ids = try files.map { looksFurther ? try $0.geneNames(by: .id) : nil }
    symbols = try files.map { looksFurther ? try $0.geneNames(by: .symbol) : nil }
    if let naming {
      for (file, names) in zip(files, naming == .id ? ids : symbols) where names == nil {
        throw CellFileError.noGeneNames(
          path: file.path, naming: naming, example: file.genes[0].name)
      }
    }
    let byID = Self.whole(ids).map { $0.map { $0.map(withoutVersion) } }
    let bySymbol = Self.whole(symbols)
    var chosen = naming
    var notices: [String] = []
    if naming == nil, files.count > 1, let byID, let bySymbol {
      let (idCount, symbolCount) = (Self.sharedCount(byID), Self.sharedCount(bySymbol))
      chosen = idCount >= symbolCount ? .id : .symbol
      notices.append(
        "genes are matched by \(idCount >= symbolCount ? "identifier" : "symbol"): every file has "
          + "\(idCount) of the identifiers, and \(symbolCount) of the symbols; '--gene-names' "
          + "chooses the other")
    } else if naming == nil, byID != nil, files.count > 1 {
      chosen = .id
    } else if naming == nil, bySymbol != nil, files.count > 1 {
      chosen = .symbol
    }
    self.notices = notices
    let given =
      switch chosen {
      case .id: byID
      case .symbol: bySymbol
      case nil: nil as [[String]]?
      }
    let byWhat = chosen == .id && given != nil ? "identifiers" : "names"
    var renamings: [String] = []
    keys = (given ?? files.map { $0.genes.map(\.name) }).enumerated().map { file, names in
      let unique = madeUnique(names)
      if unique.changed > 0 {
        renamings.append(
          "\(unique.changed) repeated gene \(byWhat) in '\(files[file].path)' got '-1', '-2', … "
            + "appended")
      }
      return unique.names
    }
    self.renamings = renamings
    matched = given == nil ? nil : chosen
    mayRepeatNames = chosen == .id && given != nil && naming == nil
  }

  /// A gene under the name that it shall have.
  func gene(_ position: Int, ofFile file: Int) -> Gene {
    let gene = files[file].genes[position]
    let key = keys[file][position]
    let id = gene.id ?? (isAskedFor ? ids[file].map { $0[position] } : nil)
    guard matched == .id else { return Gene(name: key, id: id) }
    guard isAskedFor else { return Gene(name: gene.name, id: gene.id) }
    let symbol = symbols[file].map { $0[position] }
    return Gene(name: key, id: id, symbol: symbol == key ? nil : symbol)
  }

  private static func whole(_ names: [[String]?]) -> [[String]]? {
    let whole = names.compactMap(\.self)
    return whole.count == names.count ? whole : nil
  }

  private static func sharedCount(_ names: [[String]]) -> Int {
    var shared = Set(names[0])
    for names in names.dropFirst() { shared.formIntersection(names) }
    return shared.count
  }
}
