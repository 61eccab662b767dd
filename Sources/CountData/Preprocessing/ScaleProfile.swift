internal import CellFiles
internal import Numerics

/// A profile of the scale of some cells' values, which distinguishes counts from transformed
/// counts.
///
/// Logarithms and corrected counts are both small fractions. A cell's sum distinguishes them:
/// log-normalized values have the same sum in every cell after undoing the logarithm. If genes were
/// removed after normalization, they are multiples of the cell's smallest value. If only the
/// logarithm was taken, they are whole numbers. Counts corrected for ambient RNA have none of these
/// properties.
package struct ScaleProfile: Sendable, Equatable, Codable {
  /// The number of cells with a value.
  package private(set) var cells = 0

  /// The number of stored values.
  package private(set) var stored = 0

  /// The number of values that are not whole.
  package private(set) var fractional = 0

  /// The number of values below zero.
  package private(set) var negative = 0

  /// The largest value.
  package private(set) var maximum: Float = 0

  /// The sums of the cells with fractions, in logarithms.
  package private(set) var sums = LogMoments()

  /// The smallest values of the cells with fractions, in logarithms.
  private var smallestValues = LogMoments()

  /// The multiples among the untransformed values.
  private var multiples = Multiples()

  /// The sums and the multiples after undoing the logarithm of each base; empty until there are
  /// fractions.
  private var undone: [Undone] = []

  /// The natural logarithms of the possible bases: e, 2 and 10.
  private static let bases: [Double] = [1, 0.693_147_180_559_945_3, 2.302_585_092_994_045_7]

  /// The minimum number of cells for comparing sums.
  static let fewestCells = 10

  /// Adds the values of a cell.
  ///
  /// - Parameters:
  ///   - values: The cell's values.
  ///   - counts: The counters of these values.
  mutating func add(_ values: Span<Float>, _ counts: ValueCounts) {
    guard values.count > 0 else { return }
    cells += 1
    stored += values.count
    fractional += values.count - counts.whole
    maximum = Swift.max(maximum, counts.maximum)
    if !counts.isSound {
      for k in values.indices where values[k] < 0 { negative += 1 }
      return
    }
    guard counts.whole < values.count else { return }
    var sum = 0.0
    var smallest = Float.infinity
    for k in values.indices {
      sum += Double(values[k])
      if values[k] > 0 { smallest = Swift.min(smallest, values[k]) }
    }
    sums.add(sum)
    smallestValues.add(Double(smallest))
    for k in values.indices { multiples.add(Double(values[k]), of: Double(smallest)) }
    guard counts.maximum < ValueAudit.logMaximum else { return }
    if undone.isEmpty { undone = Self.bases.map { _ in Undone() } }
    for (number, base) in Self.bases.enumerated() {
      let least = expMinusOne(base * Double(smallest))
      var sum = 0.0
      for k in values.indices {
        let value = expMinusOne(base * Double(values[k]))
        sum += value
        undone[number].multiples.add(value, of: least)
        // Whole numbers stay whole to base 2, so they give no information.
        if values[k].rounded() != values[k] {
          undone[number].whole.add(value, of: 1, above: 0.5)
        }
      }
      undone[number].sums.add(sum)
    }
  }

  /// Adds the profile of other cells.
  mutating func add(_ other: ScaleProfile) {
    cells += other.cells
    stored += other.stored
    fractional += other.fractional
    negative += other.negative
    maximum = Swift.max(maximum, other.maximum)
    sums.add(other.sums)
    smallestValues.add(other.smallestValues)
    multiples.add(other.multiples)
    if undone.isEmpty {
      undone = other.undone.map { _ in Undone() }
    }
    for (number, more) in other.undone.enumerated() {
      undone[number].sums.add(more.sums)
      undone[number].multiples.add(more.multiples)
      undone[number].whole.add(more.whole)
    }
  }

  /// The common sum of every cell's values, if they were divided by the cell's total.
  package var commonSum: Double? {
    guard sums.count >= Self.fewestCells, 10 * sums.count >= 9 * cells, sums.deviation < 1e-3 else {
      return nil
    }
    return sums.typical
  }

  /// The kind of the values.
  var kind: ValueKind {
    if negative > 0 { return .scaled }
    if fractional == 0 { return .counts }
    guard maximum < ValueAudit.logMaximum else { return .fractionalCounts }
    // To base 2 the logarithm of one plus one count is whole, and most counts are one.
    if cells >= Self.fewestCells, undone.contains(where: \.whole.areMost) { return .logNormalized }
    guard 2 * fractional > stored else { return .fractionalCounts }
    // The sums of a few cells give no information, and logarithms are more common. A maximum below
    // one excludes counts, corrected or not.
    guard cells >= Self.fewestCells, maximum >= 1, !areDivided else { return .logNormalized }
    let areLogarithms = undone.contains { $0.sums.deviation < 0.1 || $0.multiples.areMost }
    return areLogarithms ? .logNormalized : .fractionalCounts
  }

  /// A flag that is true if each cell's values were divided by a different number, such as its
  /// total.
  package var areDivided: Bool {
    2 * fractional > stored && cells >= Self.fewestCells
      && (commonSum != nil || multiples.areMost && smallestValues.deviation > 0.05)
  }
}

/// The values after undoing the logarithm of one base.
private struct Undone: Sendable, Equatable, Codable {
  var sums = LogMoments()
  var multiples = Multiples()
  var whole = Multiples()
}

/// The share of values that are whole multiples of their cell's smallest value.
private struct Multiples: Sendable, Equatable, Codable {
  private var found = 0
  private var compared = 0

  mutating func add(_ value: Double, of least: Double, above lowest: Double = 1.5) {
    let ratio = value / least
    // Above a hundred, single precision leaves too little of the fraction.
    guard ratio > lowest, ratio < 100 else { return }
    compared += 1
    if abs(ratio - ratio.rounded()) < 0.01 { found += 1 }
  }

  mutating func add(_ other: Multiples) {
    found += other.found
    compared += other.compared
  }

  /// A flag that is true if more than 90% of the values are multiples.
  var areMost: Bool { compared > 0 && 10 * found > 9 * compared }
}

/// The mean and the standard deviation of logarithms of sums.
package struct LogMoments: Sendable, Equatable, Codable {
  package private(set) var count = 0
  private var sum = 0.0
  private var squares = 0.0

  /// Adds a positive number; other numbers are ignored.
  mutating func add(_ number: Double) {
    guard number > 0, number.isFinite else { return }
    let value = logarithm(number)
    count += 1
    sum += value
    squares += value * value
  }

  mutating func add(_ other: LogMoments) {
    count += other.count
    sum += other.sum
    squares += other.squares
  }

  /// The geometric mean.
  var typical: Double { expMinusOne(sum / Double(max(count, 1))) + 1 }

  /// The standard deviation of the logarithms; infinite without numbers.
  var deviation: Double {
    guard count > 0 else { return .infinity }
    let mean = sum / Double(count)
    return max(0, squares / Double(count) - mean * mean).squareRoot()
  }
}
