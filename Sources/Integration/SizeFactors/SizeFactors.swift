internal import CellFiles
internal import CountData
internal import NeuralNet
internal import Numerics
internal import Support

/// The size of each cell, such as the area of its segment, by which counts are divided.
struct SizeFactors: Sendable {
  /// The largest ratio of a size and the median, in either direction.
  static let largestRatio = 1e6

  /// The name of the column of `obs`.
  let column: String

  /// The size of each cell, in the column's unit; `(n)`, above 0.
  let values: [Double]

  /// Takes the sizes of a run; `nil` if the options name no column.
  ///
  /// - Parameters:
  ///   - options: The options, adapted to the cells.
  ///   - cells: The cells.
  /// - Throws: ``SizeFactorError``; errors of reading the column.
  init?(_ options: IntegrationOptions, of cells: CellDataset) throws {
    guard let column = options.sizeFactor else { return nil }
    if options.model.loss == .meanSquaredError {
      throw SizeFactorError.unsupported(
        setting: "`loss = mse` uses values unchanged", instead: "`loss = mse`")
    }
    if options.featureKind == .peaks {
      throw SizeFactorError.unsupported(
        setting: "peaks are divided by the number of fragments of the cell",
        instead: "`featureKind = peaks`")
    }
    try self.init(column, of: cells)
  }

  /// Reads and checks a column.
  ///
  /// - Parameters:
  ///   - column: The name of the column of `obs`.
  ///   - cells: The cells.
  /// - Throws: ``SizeFactorError``; errors of reading the column.
  init(_ column: String, of cells: CellDataset) throws {
    let pieces = try cells.sizeColumn(named: column)
    let labels = pieces.flatMap { $0.labels() }
    let missing = labels.count { $0 == nil }
    if missing > 0 {
      throw SizeFactorError.missing(
        column: column, count: missing, cells: labels.count,
        firstCell: cells.cellNames[labels.firstIndex { $0 == nil } ?? 0])
    }
    let values = try labels.enumerated().map { cell, label in
      let text = label ?? ""
      guard let number = Double(text), number.isFinite, number > 0 else {
        throw SizeFactorError.notAbove0(
          column: column, value: text, isNumber: Double(text) != nil,
          count: labels.count { !Self.isSize($0) }, cells: labels.count,
          firstCell: cells.cellNames[cell])
      }
      return number
    }
    let median = values.isEmpty ? 1 : Numerics.median(of: values)
    let limit = Self.largestRatio
    if let cell = values.firstIndex(where: { $0 / median > limit || median / $0 > limit }) {
      throw SizeFactorError.outOfRange(
        column: column, value: values[cell], cell: cells.cellNames[cell], median: median,
        ratio: Int(limit))
    }
    self.column = column
    self.values = values
  }

  private static func isSize(_ label: String?) -> Bool {
    guard let number = Double(label ?? "") else { return false }
    return number.isFinite && number > 0
  }

  /// The notice about a column that has the same size for all cells; `nil` if sizes differ.
  var notice: String? {
    guard let first = values.first, values.allSatisfy({ $0 == first }) else { return nil }
    return
      "the size factor '\(column)' is \(shortened(first)) in all cells, so counts are divided by one "
      + "number in each batch"
  }
}

extension CellDataset {
  /// Returns the pieces of a column of sizes.
  ///
  /// - Throws: ``SizeFactorError/noColumn(column:part:numeric:)``; errors of reading the column.
  fileprivate func sizeColumn(named name: String) throws -> [Column] {
    if columns[name] != nil { return try column(named: name) }
    guard let joined else {
      throw SizeFactorError.noColumn(
        column: name, part: nil, numeric: columns.filter { $0.value.isNumeric }.keys.sorted())
    }
    if let file = joined.files.first(where: { !$0.columnNames.contains(name) }) {
      throw SizeFactorError.noColumn(
        column: name, part: file.path,
        numeric: file.columnNames.filter { (try? file.column($0))?.isNumeric == true })
    }
    return try column(named: name)
  }
}

extension Column {
  /// A flag that is true if values are numbers.
  fileprivate var isNumeric: Bool {
    switch self {
    case .integers, .floats: true
    case .strings, .categorical, .booleans: false
    }
  }
}
