internal import CellFiles
internal import CountData
internal import Support

/// The columns of a design matrix that one covariate becomes, with the numbers of the training.
///
/// A continuous covariate is one column, `(x − mean) / deviation`, at most ``limit`` in size. A
/// categorical one has a column for each level: 1 − share for cells of the level, and −share for
/// others. All columns therefore have mean 0 in the training, and 0 stands for an average cell.
package struct CovariateEncoding: Equatable, Sendable {
  /// The largest value of a standardized number; larger ones count as this.
  ///
  /// Extreme values, such as of a dying cell, would otherwise be extrapolated far beyond the others.
  static let limit = 5.0

  /// The name of the column of `obs`.
  package let name: String

  /// The kind.
  package let kind: CovariateKey.Kind

  /// The mean and the standard deviation in the training; 0 and 1 for levels.
  package let mean: Double
  package let deviation: Double

  /// The levels, in order; empty for numbers.
  package let levels: [String]

  /// The share of the training's cells with each level.
  package let shares: [Double]

  /// Takes the numbers of a training.
  package init(
    name: String, kind: CovariateKey.Kind, mean: Double = 0, deviation: Double = 1,
    levels: [String] = [], shares: [Double] = []
  ) {
    self.name = name
    self.kind = kind
    (self.mean, self.deviation) = (mean, deviation)
    (self.levels, self.shares) = (levels, shares)
  }

  /// The number of columns.
  package var width: Int { kind == .continuous ? 1 : levels.count }
}

extension CovariateEncoding {
  /// Reads a covariate of all cells, and finds the numbers of its columns.
  ///
  /// - Parameters:
  ///   - key: The covariate.
  ///   - cells: The cells.
  /// - Throws: ``CovariateError``; errors of reading the column.
  init(_ key: CovariateKey, of cells: CellDataset) throws {
    let values = try CovariateValues(key.name, kind: key.kind, of: cells)
    switch values {
    case .numbers(let numbers):
      let n = Double(numbers.count)
      let mean = numbers.reduce(0, +) / n
      let variance = numbers.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / n
      // Equal numbers can differ from their mean by rounding.
      guard variance > 1e-20 * mean * mean, variance > 0, variance.isFinite else {
        throw CovariateError.constant(name: key.name, value: shortened(numbers[0]))
      }
      self.init(
        name: key.name, kind: .continuous, mean: mean, deviation: variance.squareRoot())
    case .labels(let labels):
      let found = Column.strings(labels.map(Optional.some)).levels()
      guard found.names.count > 1 else {
        throw CovariateError.constant(name: key.name, value: found.names[0])
      }
      guard 2 * found.names.count <= labels.count else {
        throw CovariateError.levelPerCell(
          name: key.name, levels: found.names.count, cells: labels.count)
      }
      var counts = [Int](repeating: 0, count: found.names.count)
      for level in found.ofRow { counts[Int(level)] += 1 }
      self.init(
        name: key.name, kind: .categorical, levels: found.names,
        shares: counts.map { Double($0) / Double(labels.count) })
    }
  }

  /// Returns the columns of a covariate of some cells; `(n, width)`.
  ///
  /// - Throws: ``CovariateError``; errors of reading the column.
  func columns(of cells: CellDataset) throws -> [Float] {
    switch try CovariateValues(name, kind: kind, of: cells) {
    case .numbers(let numbers):
      return numbers.map {
        Float(max(-Self.limit, min(Self.limit, ($0 - mean) / deviation)))
      }
    case .labels(let labels):
      let numbers = Dictionary(uniqueKeysWithValues: zip(levels, levels.indices))
      let others = shares.map { Float(-$0) }
      var result: [Float] = []
      result.reserveCapacity(labels.count * levels.count)
      for (cell, label) in labels.enumerated() {
        guard let level = numbers[label] else {
          throw CovariateError.unknownLevel(
            name: name, level: label, cell: cells.cellNames[cell], levels: levels)
        }
        result += others
        result[cell * levels.count + level] += 1
      }
      return result
    }
  }
}

/// The values of a covariate, one for each cell.
private enum CovariateValues {
  case numbers([Double])
  case labels([String])

  /// Reads and checks a column.
  init(_ name: String, kind: CovariateKey.Kind?, of cells: CellDataset) throws {
    let pieces = try cells.column(named: name)
    let areNumbers = pieces.allSatisfy {
      switch $0 {
      case .integers, .floats: true
      case .strings, .categorical, .booleans: false
      }
    }
    let labels = pieces.flatMap { $0.labels() }
    let missing = labels.count { $0 == nil }
    if missing > 0 {
      throw CovariateError.missing(
        name: name, count: missing, cells: labels.count,
        firstCell: cells.cellNames[labels.firstIndex { $0 == nil } ?? 0])
    }
    guard (kind ?? (areNumbers ? .continuous : .categorical)) == .continuous else {
      self = .labels(labels.compactMap(\.self))
      return
    }
    self = .numbers(
      try labels.enumerated().map { cell, label in
        // Truth values as pandas converts them to numbers.
        let text = label == "True" ? "1" : label == "False" ? "0" : label ?? ""
        guard let number = Double(text), number.isFinite else {
          throw CovariateError.notANumber(
            name: name, value: label ?? "", cell: cells.cellNames[cell])
        }
        return number
      })
  }
}
