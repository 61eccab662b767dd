/// The names by which the genes of several files are matched.
struct GeneMatching {
  /// The matching name of each gene of each file, unique within a file.
  let keys: [[String]]

  /// A notice about the chosen kind of names, if there was a choice.
  let notices: [String]

  /// Notices about names changed within a file.
  let renamings: [String]

  /// A flag that is true if genes matched by other names may have the same name.
  let mayRepeatNames: Bool

  /// The column for symbols if the genes have other names: the column of the files if all agree.
  let symbolColumn: String

  private let files: [CellFile]

  /// The kind of names used for matching; `nil` for the names in the files.
  let matched: GeneNaming?

  private let isAskedFor: Bool
  private let symbols: [[String?]?]
  private let ids: [[String?]?]

  /// The symbol of each identifier, from the first file that has one.
  private let symbolOfID: [String: String]

  /// Chooses the names for matching.
  ///
  /// - Throws: ``CellFileError/noGeneNames(path:naming:example:)`` if a file lacks the names that
  ///   `naming` requests. ``CellFileError/unnamedGenes(path:examples:columns:)`` if one of several
  ///   files has no gene names. ``CellFileError/symbolsDisagree(first:second:disagreement:)`` if
  ///   identifiers that were not requested match genes with different symbols. Errors of reading
  ///   `var`.
  init(_ files: [CellFile], naming: GeneNaming?) throws {
    self.files = files
    let noun = FeatureNoun.common(of: files)
    isAskedFor = naming != nil
    if files.count > 1 { for file in files { try file.checkNamesItsGenes() } }
    // A single file needs no matching.
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
        "\(noun.plural) are matched by \(idCount >= symbolCount ? "identifier" : "symbol"): all files share "
          + "\(idCount) identifiers and \(symbolCount) symbols; choose with `geneNaming`")
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
        // A placeholder names no gene, and an appended number does not make it a name.
        for (gene, name) in names.enumerated() where isPlaceholder(name) {
          unmatched.append(name)
          names[gene] = "\u{0}\(file)\u{0}\(gene)"
        }
      }
      let unique = madeUnique(names)
      if unique.changed > 0 {
        renamings.append(
          "\(unique.changed) repeated \(noun.rawValue) \(byWhat) in '\(files[file].path)' were made "
            + "unique with '-1', '-2', …")
      }
      if let first = unmatched.first {
        notices.append(
          "\(unmatched.count) \(noun.plural) in '\(files[file].path)' have a placeholder such as '\(first)' "
            + "instead of a name and are not matched with \(noun.plural) of other files")
      }
      return unique.names
    }
    self.notices = notices
    self.renamings = renamings
    matched = given == nil ? nil : chosen
    mayRepeatNames = isByID && naming == nil
  }

  /// Returns a gene under its final name.
  func gene(_ position: Int, ofFile file: Int) -> Gene {
    let gene = files[file].genes[position]
    let key = keys[file][position]
    let isNamed = !key.hasPrefix("\u{0}")
    let id = gene.id ?? (isAskedFor ? ids[file].flatMap { $0[position] } : nil)
    guard matched == .id, isNamed else {
      return Gene(name: isNamed ? key : gene.name, id: id)
    }
    let symbol = symbols[file].flatMap { $0[position] } ?? symbolOfID[key]
    // A placeholder could not be matched with later files.
    let name = isAskedFor || isPlaceholder(gene.name) ? key : gene.name
    return Gene(
      name: name, id: isAskedFor ? id ?? gene.name : gene.id, symbol: symbol == name ? nil : symbol)
  }

  /// Compares the symbols of genes matched by identifier between each file and the files before it.
  ///
  /// - Returns: The symbol of each identifier, from the first file that has one.
  /// - Throws: ``CellFileError/symbolsDisagree(first:second:disagreement:)``, unless identifiers
  ///   were requested; then a notice is added.
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
  /// Checks that the genes of a file have names, for matching with other files.
  ///
  /// - Throws: ``CellFileError/unnamedGenes(path:examples:columns:)``.
  package func checkNamesItsGenes() throws(CellFileError) {
    guard namesItsGenes else {
      throw .unnamedGenes(
        path: path, examples: genes.prefix(2).map(\.name), columns: varColumnNames)
    }
  }
}
