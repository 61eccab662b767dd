/// The genes of several files as one list, and their columns in each file.
struct GeneJoin {
  /// The joined genes, in the order of the first file, followed by those of later files.
  let genes: [Gene]

  /// The joined column of each column of each file, −1 for omitted genes.
  let columns: [[Int32]]

  /// The kind of names used for matching; `nil` for the names in the files.
  let naming: GeneNaming?

  /// The name of the column for symbols if the genes have other names.
  let symbolColumn: String

  /// Notices about the join, one sentence each.
  private(set) var notices: [String] = []

  /// Joins the genes of files.
  ///
  /// - Throws: ``CellFileError`` if a file shares no gene with the others, or has no names of the
  ///   requested kind.
  init(_ files: [CellFile], options: JoiningOptions) throws {
    let matching = try GeneMatching(files, naming: options.geneNaming)
    naming = matching.matched
    symbolColumn = matching.symbolColumn
    notices = matching.notices
    var filesOfKey: [String: Int] = [:]
    for keys in matching.keys { for key in keys { filesOfKey[key, default: 0] += 1 } }
    try Self.checkShared(files, matching.keys, filesOfKey, options.genes)

    var column: [String: Int32] = [:]
    var genes: [Gene] = []
    var shared = 0
    for (file, keys) in matching.keys.enumerated() {
      for (position, key) in keys.enumerated() where column[key] == nil {
        let isEverywhere = filesOfKey[key] == files.count
        guard isEverywhere || options.genes == .outer else { continue }
        if isEverywhere { shared += 1 }
        column[key] = Int32(genes.count)
        genes.append(matching.gene(position, ofFile: file))
      }
    }
    let noun = FeatureNoun.common(of: files)
    let names = madeUnique(genes.map(\.name))
    if matching.mayRepeatNames, names.changed > 0 {
      notices.append(
        "\(names.changed) repeated \(noun.rawValue) names were made unique with '-1', '-2', …")
    }
    self.genes = zip(names.names, genes).map { Gene(name: $0, id: $1.id, symbol: $1.symbol) }
    columns = matching.keys.map { keys in keys.map { column[$0] ?? -1 } }
    let counts = files.map { "\($0.geneCount) in '\($0.path)'" }.joined(separator: ", ")
    if options.genes == .outer, shared < genes.count {
      notices.append(
        "\(genes.count) \(noun.plural) are in at least one file, \(shared) in all: of \(counts)")
    } else if files.contains(where: { $0.geneCount > genes.count }) {
      notices.append("\(genes.count) \(noun.plural) are in all files: of \(counts)")
    }
    notices += matching.renamings
  }

  /// Checks that each file shares genes with the others, unless one is read without counts and has
  /// none.
  private static func checkShared(
    _ files: [CellFile], _ keys: [[String]], _ filesOfKey: [String: Int],
    _ wanted: JoiningOptions.Genes
  ) throws {
    guard files.count > 1, files.allSatisfy({ !$0.genes.isEmpty }) else { return }
    func refuse(_ file: Int, against other: Int) -> CellFileError {
      .noSharedGenes(
        first: files[other].path, second: files[file].path,
        firstGene: files[other].genes[0].name, secondGene: files[file].genes[0].name)
    }
    if wanted == .outer {
      for (file, keys) in keys.enumerated()
      where !keys.contains(where: { filesOfKey[$0, default: 0] > 1 }) {
        throw file == 0 ? refuse(1, against: 0) : refuse(file, against: 0)
      }
      return
    }
    var shared = Set(keys[0])
    for (file, keys) in keys.enumerated().dropFirst() {
      shared.formIntersection(keys)
      if shared.isEmpty { throw refuse(file, against: 0) }
    }
  }
}
