internal import CellFiles
internal import CountData
internal import Support

/// A plan, in which all that decides a result is settled before the training.
struct StepPlan {
  /// The part of a plan's file beside its arrays.
  struct Header: Codable {
    var choices: ScanChoices
    var options: IntegrationOptions
    var data: RecordedData

    /// The names of the genes that the model uses.
    var genes: [String]

    /// The names of the batches.
    var batches: [String]

    /// A flag that is true if counts are packed in bytes.
    var inBytes: Bool

    var inputs: [ScannedInput]
    var diagnostics: Diagnostics
  }

  let file: StepFile
  let header: Header

  /// Opens a plan.
  ///
  /// - Throws: ``StepError``.
  init(readingAt path: String) throws {
    file = try StepFile(readingAt: path, expecting: .plan)
    header = try file.header()
  }

  /// Reads a number for each cell of an input.
  func values<Value: BitwiseCopyable>(_ name: String, ofInput input: Int) throws(StepError)
    -> [Value]
  {
    try file.values("\(name)/\(input)", count: header.inputs[input].cells)
  }

  /// Reads the number of each gene of an input among the genes that the model uses, or −1.
  func geneNumbers(ofInput input: Int) throws(StepError) -> [Int32] {
    try file.values("genes/\(input)", count: header.inputs[input].genes)
  }

  /// Reads what the stages after the scans see of the cells.
  func cells() throws -> RunCells {
    var batches = BatchAssignment(names: header.batches, batchOfCell: [])
    var kept: [Int] = []
    var keptOfBatch = [Int](repeating: 0, count: header.batches.count)
    for input in header.inputs.indices {
      let isKept: [Bool] = try isKept(ofInput: input)
      let first = batches.batchOfCell.count
      batches.batchOfCell += try values("batches", ofInput: input)
      for cell in isKept.indices where isKept[cell] {
        kept.append(first + cell)
        keptOfBatch[Int(batches.batchOfCell[first + cell])] += 1
      }
    }
    let starts = header.inputs.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.cells) }
    let paths = header.inputs.map(\.path)
    return RunCells(
      name: { cell in
        let input = (starts.firstIndex { $0 > cell } ?? 1) - 1
        return "cell \(cell - starts[input] + 1) of \(paths[input])"
      },
      batches: batches, batchKeys: [batches], kept: kept, keptOfBatch: keptOfBatch)
  }

  /// Reads a flag for each cell of an input that is true if it is in the training.
  func isKept(ofInput input: Int) throws(StepError) -> [Bool] {
    let flags: [UInt8] = try values("kept", ofInput: input)
    return flags.map { $0 != 0 }
  }

  /// Opens one of the plan's files, found by its name and contents; of several, by its path.
  ///
  /// - Throws: ``StepError/notPlanned(path:plan:)``; ``StepError/inputChanged(path:)``; errors of
  ///   reading.
  func open(_ path: String, _ resources: StepResources) throws -> (input: Int, file: CellFile) {
    let cells = try CellFile(readingAt: path, options: header.choices.reading(resources))
    func name(_ path: String) -> Substring { path.split(separator: "/").last ?? "" }
    let now = try ScannedInput(cells, header.choices)
    let named = header.inputs.indices.filter { name(header.inputs[$0].path) == name(path) }
    let same = named.filter { header.inputs[$0].hasContents(of: now) }
    // Relative paths depend on the folder of the job, so that they come last.
    let found =
      same.count == 1
      ? same[0]
      : same.first { header.inputs[$0].path == path }
        ?? same.first { isSameFile(header.inputs[$0].path, path) }
    if let found { return (found, cells) }
    throw named.isEmpty || !same.isEmpty
      ? StepError.notPlanned(path: path, plan: file.path) : StepError.inputChanged(path: path)
  }

  /// Returns the run of the plan with the resources of a step.
  func run(
    _ resources: StepResources, _ costs: [Stage: Double]
  ) throws -> IntegrationRun {
    let cells = try cells()
    return IntegrationRun(
      cells: cells, options: header.options,
      context: resources.context(seed: header.options.seed, cells: cells.count, costs))
  }

  /// Opens the files of a step, one of each input, in the order of the inputs.
  ///
  /// - Parameters:
  ///   - paths: The files, in any order.
  ///   - kind: Their kind.
  ///   - model: The model that they were made with. The default is `nil`, for none.
  /// - Returns: The files.
  /// - Throws: ``StepError``.
  func files(
    _ paths: [String], _ kind: StepKind, of model: StepFile? = nil
  ) throws(StepError) -> [StepFile] {
    var files = [StepFile?](repeating: nil, count: header.inputs.count)
    for path in paths {
      let next = try StepFile(readingAt: path, expecting: kind)
      try next.check(plan: file, model: model)
      guard let input = next.origins.input, files.indices.contains(input) else {
        throw .damaged(path: path, problem: "it is of none of the plan's files")
      }
      if let other = files[input] {
        throw .repeated(first: other.path, second: path, input: header.inputs[input].path)
      }
      files[input] = next
    }
    let absent = files.indices.filter { files[$0] == nil }.map { header.inputs[$0].path }
    guard absent.isEmpty else { throw .missing(kind: kind.rawValue, inputs: absent) }
    return files.compactMap(\.self)
  }
}
