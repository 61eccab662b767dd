internal import CellFiles

/// What kind of values an expression matrix turned out to hold.
public enum ValueKind: String, Sendable, Codable {
  /// Non-negative whole numbers.
  case counts

  /// Non-negative numbers, not all whole, that are still on the scale of counts.
  case fractionalCounts = "fractional counts"

  /// Non-negative fractions with a small maximum, as `log1p` leaves them.
  case logNormalized = "log-normalized values"

  /// Some values are below zero, as after scaling.
  case scaled = "scaled values"
}

/// What one streaming pass learns about the values of one part.
struct ValueAudit: Sendable {
  /// A value that a message points to.
  struct Place: Equatable, Sendable {
    var row: Int
    var gene: Int
  }

  private(set) var stored = 0
  private(set) var fractional = 0
  private(set) var overByte = 0
  private(set) var maximum: Float = 0
  private(set) var nonFinite = 0
  private(set) var negative = 0
  private(set) var firstNonFinite: Place?
  private(set) var firstNegative: Place?

  /// The largest maximum that log-normalized values have: `log1p` of a whole library of 10⁸.
  static let logMaximum: Float = 20

  /// Takes the values of one more block into account.
  mutating func add(_ block: RowBlock<Float>) {
    var largest: Float = 0
    var whole = 0
    var large = 0
    var sound = true
    for value in block.values {
      // A NaN fails every comparison, so it is neither sound nor whole.
      sound = sound && value >= 0 && value < .infinity
      whole += value.rounded(.towardZero) == value ? 1 : 0
      large += value > CountStore.largestByte ? 1 : 0
      largest = Swift.max(largest, value)
    }
    stored += block.values.count
    fractional += block.values.count - whole
    overByte += large
    maximum = Swift.max(maximum, largest)
    if !sound { locate(block) }
  }

  /// Counts the unsound values of a block, and remembers the first of each kind.
  private mutating func locate(_ block: RowBlock<Float>) {
    for row in 0..<block.rowCount {
      for k in block.starts[row]..<block.starts[row + 1] {
        let place = Place(row: block.firstRow + row, gene: Int(block.genes[k]))
        if !block.values[k].isFinite {
          nonFinite += 1
          firstNonFinite = firstNonFinite ?? place
        } else if block.values[k] < 0 {
          negative += 1
          firstNegative = firstNegative ?? place
        }
      }
    }
  }

  /// The kind of the values, judged by all of them.
  var kind: ValueKind {
    if negative > 0 { return .scaled }
    if fractional == 0 { return .counts }
    return maximum < Self.logMaximum && 2 * fractional > stored ? .logNormalized : .fractionalCounts
  }
}
