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

  /// The column for symbols beside other names: that of the files where all have the same.
  let symbolColumn: String

  private let files: [CellFile]

  /// By what kind of names genes are matched; `nil` for whatever a file calls them.
  let matched: GeneNaming?

  private let isAskedFor: Bool
  private let symbols: [[String?]?]
  private let ids: [[String?]?]

  /// The symbol of each identifier, in the first file that has one.
  private let symbolOfID: [String: String]

  /// Decides by what to match.
  ///
  /// - Throws: ``CellFileError/noGeneNames(path:naming:example:)``, where `naming` is asked for and
  ///   a file has no such names; ``CellFileError/unnamedGenes(path:examples:columns:)``, where a
  ///   file among others has none at all;
  ///   ``CellFileError/symbolsDisagree(first:second:disagreement:)``, where identifiers that were
  ///   not asked for match genes of other symbols; what reading `var` throws.
  init(_ files: [CellFile], naming: GeneNaming?) throws {
    self.files = files
    isAskedFor = naming != nil
    if files.count > 1 { for file in files { try file.checkNamesItsGenes() } }
    // Of a single file nothing has to be matched.
    let looksFurther = files.count > 1 || naming != nil
    let foundIDs = try files.map { looksFurther ? try $0.geneLabels(by: .id) : nil }
    let foundSymbols = try files.map { looksFurther ? try $0.geneLabels(by: .symbol) : nil }
    ids = foundIDs.map { $0?.values }
    symbols = foundSymbols.map { $0?.values }
    let columns = Set(foundSymbols.map { $0?.column })
    let common = columns.count == 1 && naming == nil ? columns.first ?? nil : nil
    symbolColumn = common ?? "gene_symbols"
    if let naming {
      for (file, names) in zip(files, naming == .id ? ids : symbols) where names == nil {
        throw CellFileError.noGeneNames(
          path: file.path, naming: naming, example: file.genes[0].name)
      }
    }
    let bareIDs = ids.map { $0?.map { $0.map(withoutVersion) } }
    let byID = Self.whole(bareIDs)
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
    let given =
      switch chosen {
      case .id: byID
      case .symbol: bySymbol
      case nil: nil as [[String?]]?
      }
    let isByID = chosen == .id && given != nil
    symbolOfID = try isByID ? Self.compareSymbols(files, bareIDs, symbols, naming, &notices) : [:]
    let byWhat = isByID ? "identifiers" : "names"
    var renamings: [String] = []
    keys = files.indices.map { file in
      var names = zip(files[file].genes, given?[file] ?? []).map { $1 ?? $0.name }
      if given == nil { names = files[file].genes.map(\.name) }
      var unmatched: [String] = []
      if files.count > 1 {
        // A placeholder is no one's name, and not told apart by a number behind it.
        for (gene, name) in names.enumerated() where isPlaceholder(name) {
          unmatched.append(name)
          names[gene] = "\u{0}\(file)\u{0}\(gene)"
        }
      }
      let unique = madeUnique(names)
      if unique.changed > 0 {
        renamings.append(
          "\(unique.changed) repeated gene \(byWhat) in '\(files[file].path)' got '-1', '-2', … "
            + "appended")
      }
      if let first = unmatched.first {
        notices.append(
          "\(unmatched.count) genes in '\(files[file].path)' have a placeholder such as '\(first)' "
            + "for a name, and are matched with none of other files")
      }
      return unique.names
    }
    self.notices = notices
    self.renamings = renamings
    matched = given == nil ? nil : chosen
    mayRepeatNames = isByID && naming == nil
  }

  /// A gene under the name that it shall have.
  func gene(_ position: Int, ofFile file: Int) -> Gene {
    let gene = files[file].genes[position]
    let key = keys[file][position]
    let isNamed = !key.hasPrefix("\u{0}")
    let id = gene.id ?? (isAskedFor ? ids[file].flatMap { $0[position] } : nil)
    guard matched == .id, isNamed else {
      return Gene(name: isNamed ? key : gene.name, id: id)
    }
    let symbol = symbols[file].flatMap { $0[position] } ?? symbolOfID[key]
    // Other files could not match a placeholder later.
    let name = isAskedFor || isPlaceholder(gene.name) ? key : gene.name
    return Gene(
      name: name, id: isAskedFor ? id ?? gene.name : gene.id, symbol: symbol == name ? nil : symbol)
  }

  /// Compares the symbols of genes that identifiers match, each file's with those before it.
  ///
  /// - Returns: The symbol of each identifier, in the first file that has one.
  /// - Throws: ``CellFileError/symbolsDisagree(first:second:disagreement:)``, unless identifiers
  ///   were asked for: then it is only said.
  private static func compareSymbols(
    _ files: [CellFile], _ ids: [[String?]?], _ symbols: [[String?]?], _ naming: GeneNaming?,
    _ notices: inout [String]
  ) throws -> [String: String] {
    var symbolOfID: [String: String] = [:]
    var first: String?
    for (file, (ids, symbols)) in zip(files, zip(ids, symbols)) {
      guard let ids, let symbols else { continue }
      if let first {
        let found = SymbolDisagreement(symbolOfID, ids: ids, symbols: symbols)
        if found.isMost {
          guard naming == .id else {
            throw CellFileError.symbolsDisagree(
              first: first, second: file.path, disagreement: found)
          }
          notices.append(found.sentence(first: first, second: file.path))
        }
      }
      first = first ?? file.path
      for case (let id?, let symbol?) in zip(ids, symbols)
      where symbol != id && symbolOfID[id] == nil {
        symbolOfID[id] = symbol
      }
    }
    return symbolOfID
  }

  private static func whole(_ names: [[String?]?]) -> [[String?]]? {
    let whole = names.compactMap(\.self)
    return whole.count == names.count ? whole : nil
  }

  private static func sharedCount(_ names: [[String?]]) -> Int {
    var shared = Set(names[0].compactMap(\.self))
    for names in names.dropFirst() { shared.formIntersection(names.compactMap(\.self)) }
    return shared.count
  }
}

extension CellFile {
  /// Refuses a file whose genes have no names, where they are to be matched with those of others.
  ///
  /// - Throws: ``CellFileError/unnamedGenes(path:examples:columns:)``.
  public func checkNamesItsGenes() throws(CellFileError) {
    guard namesItsGenes else {
      throw .unnamedGenes(
        path: path, examples: genes.prefix(2).map(\.name), columns: varColumnNames)
    }
  }
}
