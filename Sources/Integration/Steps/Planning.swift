internal import Alignment
package import CellFiles
internal import CountData
internal import NeuralNet
internal import Numerics
package import Support

/// The numbers and findings of a plan.
package struct PlannedSteps {
  /// The number of cells of all files, and of those whose counts are packed.
  package let cells: Int
  package let packedCells: Int

  /// The number of genes that the model uses.
  package let genes: Int

  /// The number of batches.
  package let batches: Int

  /// The warnings and notices so far.
  package let diagnostics: Diagnostics
}

/// Plans an integration of scanned files: the second step.
///
/// It reads the scans, and of the files their tables of cells and genes but no counts.
///
/// - Parameters:
///   - scans: The scans, in the order of the cells in the result.
///   - path: The plan's file to create or replace.
///   - options: The options of the run.
///   - given: The options that were given, although they may equal the usual ones: a kind of features
///     has other defaults for them. The default is those that differ.
///   - naming: The kind of gene names by which files are joined; `nil` for the kind that they share
///     most.
///   - resources: The resources of the step.
/// - Returns: What was planned.
/// - Throws: ``StepError``; errors of ``integrate(_:options:progress:)`` about cells and options.
package func planSteps(
  ofScans scans: [String], to path: String, _ options: IntegrationOptions,
  keeping given: IntegrationOptions.GivenDefaults = .init(), geneNaming naming: GeneNaming? = nil,
  _ resources: StepResources
) throws -> PlannedSteps {
  try options.checkForSteps()
  let scans = try scans.map { try StoredScan(readingAt: $0) }
  guard let first = scans.first else { throw StepError.missing(kind: "scan", inputs: []) }
  let choices = first.header.choices
  for scan in scans {
    if let option = choices.difference(from: scan.header.choices) {
      throw StepError.differentScans(
        first: first.file.path, second: scan.file.path, option: option)
    }
  }
  guard choices.batchKey != nil || scans.count > 1 else {
    throw StepError.unsupported(
      what: "integrate one file as one batch", instead: "scan it with `batchKey`")
  }
  var options = options
  (options.minimumCounts, options.minimumGenes) = (choices.minimumCounts, choices.minimumGenes)
  var cells = try CellDataset(
    SampleSheet(paths: scans.map(\.header.input.path)), batchKey: choices.batchKey,
    options: choices.reading(resources), joining: JoiningOptions(naming: naming))
  try options.adapt(to: cells, keeping: given)
  guard options.featureKind != .peaks else {
    throw StepError.unsupported(
      what: "integrate peaks",
      instead: "integrate the files in one process, or give `featureKind = genes`")
  }
  try options.alignment?.validate(forKeys: cells.batchKeys.count)
  if let kind = options.featureKind { cells.featureKind = kind }
  let summary = try join(scans, of: cells, choices.filter)
  var found = Diagnostics()
  let genes = try GenesInUse(of: cells, summary, options.scanRules(for: cells), &found)
  var diagnostics = Diagnostics(warnings: cells.warnings, notices: cells.notices)
  if options.featureKind == .proteins {
    diagnostics.notices.append(FeatureKind.proteins.notice(evidence: cells.proteinEvidence))
  }
  diagnostics.add(about: cells, summary, found, options)
  let run = IntegrationRun(
    cells: RunCells(cells, summary), options: options,
    context: resources.context(seed: options.seed, [:]))
  let visited = VisitedCells(of: run).isVisited
  let header = StepPlan.Header(
    choices: choices, options: options,
    data: RecordedData(
      cells, values: summary.kind, excluded: genes.excluded, used: genes.genes.count,
      store: RunRecord.Store(bytes: 0)),
    genes: genes.genes.map { cells.genes[$0] }, batches: cells.batches.names,
    inBytes: summary.countsFitBytes, inputs: scans.map(\.header.input), diagnostics: diagnostics)
  try write(header, of: cells, scans, summary, genes.genes, visited: visited, to: path)
  return PlannedSteps(
    cells: cells.count, packedCells: visited.count(where: \.self), genes: genes.genes.count,
    batches: cells.batches.names.count, diagnostics: diagnostics)
}

/// Joins the findings of scans about the files of a data set.
private func join(
  _ scans: [StoredScan], of cells: CellDataset, _ filter: CellFilter
) throws -> CellSummary {
  var moments = GeneMoments(
    geneCount: cells.genes.count, cellsOfBatch: cells.batches.cellCounts, scale: .perTenThousand)
  var parts: [PartSummary] = []
  var firstCell = 0
  for (scan, part) in zip(scans, cells.parts) {
    guard let file = part.matrix as? CellFile,
      try scan.header.input.isSame(as: file, scan.header.choices)
    else {
      throw StepError.inputChanged(path: part.name)
    }
    let own = try scan.batchOfCell()
    // A batch has the same cells in the file and among all, whatever its name and number.
    var numbers = [Int32](repeating: 0, count: scan.header.batches.count)
    for (cell, batch) in own.enumerated() {
      numbers[Int(batch)] = cells.batches.batchOfCell[firstCell + cell]
    }
    let areSame = own.indices.allSatisfy {
      numbers[Int(own[$0])] == cells.batches.batchOfCell[firstCell + $0]
    }
    guard areSame else { throw StepError.inputChanged(path: part.name) }
    moments.add(try scan.moments(), genes: part.sharedGenes, batches: numbers)
    var summary = try scan.summary()
    for place in summary.batchScales.indices {
      summary.batchScales[place].batch = Int(numbers[summary.batchScales[place].batch])
    }
    summary.batchScales.sort { $0.batch < $1.batch }
    parts.append(summary)
    firstCell += own.count
  }
  return try CellSummary(joining: parts, consume moments, of: cells.batches, filter)
}

/// Writes a plan.
private func write(
  _ header: StepPlan.Header, of cells: CellDataset, _ scans: [StoredScan], _ summary: CellSummary,
  _ genes: [Int], visited: [Bool], to path: String
) throws {
  var file = try StepFileWriter(to: path, .plan)
  try file.write(header: header)
  var numbers = [Int32](repeating: -1, count: cells.genes.count)
  for (number, gene) in genes.enumerated() { numbers[gene] = Int32(number) }
  let isKept = membership(summary.kept, of: cells.count)
  var first = 0
  for (input, (part, scan)) in zip(cells.parts, scans).enumerated() {
    let range = first..<first + part.matrix.cellCount
    try file.write("genes/\(input)", part.sharedGenes.map { $0 < 0 ? -1 : numbers[Int($0)] })
    try file.write("totals/\(input)", Array(summary.totals[range]))
    try file.write("checksums/\(input)", try scan.checksums())
    try file.write("batches/\(input)", Array(cells.batches.batchOfCell[range]))
    try file.write("kept/\(input)", isKept[range].map { UInt8($0 ? 1 : 0) })
    try file.write("packed/\(input)", visited[range].map { UInt8($0 ? 1 : 0) })
    first = range.upperBound
  }
  try file.finish()
}

extension IntegrationOptions {
  /// Checks the options of a plan.
  fileprivate func checkForSteps() throws {
    try validate()
    if model.loss == .meanSquaredError {
      throw StepError.unsupported(
        what: "take values that are not counts", instead: "integrate the files in one process")
    }
    if covariates != nil {
      throw StepError.unsupported(
        what: "remove effects of covariates",
        instead: "leave out `covariates`, or integrate the files in one process")
    }
    if protect != nil {
      throw StepError.unsupported(
        what: "protect a factor",
        instead: "leave out `protect`, or integrate the files in one process")
    }
    if trainLabels != nil {
      throw StepError.unsupported(
        what: "train with labels",
        instead: "leave out `trainLabels`, or integrate the files in one process")
    }
    if sizeFactor != nil {
      throw StepError.unsupported(
        what: "divide counts by sizes of cells",
        instead: "leave out `sizeFactor`, or integrate the files in one process")
    }
    if labelKey != nil {
      throw StepError.unsupported(
        what: "compare cell types", instead: "leave out `labelKey`, and evaluate the result")
    }
  }
}

extension JoiningOptions {
  /// The genes that all files have, matched by the given kind of names.
  fileprivate init(naming: GeneNaming?) {
    self.init()
    geneNaming = naming
  }
}
