package import CellFiles
internal import Numerics

/// The kind of values in an expression matrix.
package enum ValueKind: String, Sendable, Codable {
  /// Non-negative whole numbers.
  case counts

  /// Non-negative numbers on the scale of counts that are not all whole, such as counts corrected
  /// for ambient RNA.
  case fractionalCounts = "fractional counts"

  /// Non-negative fractions with a small maximum, as after `log1p` or division by a total.
  case logNormalized = "log-normalized values"

  /// Values of which some are negative, as after scaling.
  case scaled = "scaled values"

  /// Coordinates that were given instead of expression.
  case coordinates
}

/// The findings of one streaming pass about the values of one part.
package struct ValueAudit: Sendable {
  /// The position of a value, for messages.
  struct Place: Equatable, Sendable {
    var row: Int
    var gene: Int
  }

  /// Makes an audit of nothing.
  package init() {}

  package private(set) var stored = 0
  private(set) var overByte = 0
  package private(set) var maximum: Float = 0
  package private(set) var scale = ScaleProfile()
  private(set) var nonFinite = 0
  package private(set) var negative = 0
  private(set) var firstNonFinite: Place?
  private(set) var firstNegative: Place?

  /// The largest possible log-normalized value: `log1p` of a whole library of 10⁸ is below it.
  package static let logMaximum: Float = 20

  /// Adds the values of one block.
  ///
  /// - Parameters:
  ///   - block: The block.
  ///   - body: The closure that receives each row with the counters of its values. The default does
  ///     nothing.
  package mutating func add(
    _ block: RowBlock<Float>, row body: (Int, Span<Float>, ValueCounts) -> Void = { _, _, _ in }
  ) {
    var isSound = true
    for row in 0..<block.rowCount {
      // A row has fewer values than a 32-bit counter can count.
      let values = block.values.span.extracting(block.starts[row]..<block.starts[row + 1])
      let counts = ValueCounts(of: values)
      overByte += counts.overByte
      maximum = Swift.max(maximum, counts.maximum)
      isSound = isSound && counts.isSound
      scale.add(values, counts)
      body(row, values, counts)
    }
    stored += block.values.count
    if !isSound { locate(block) }
  }

  /// Adds the findings about later blocks.
  mutating func add(_ later: ValueAudit) {
    stored += later.stored
    scale.add(later.scale)
    overByte += later.overByte
    maximum = Swift.max(maximum, later.maximum)
    nonFinite += later.nonFinite
    negative += later.negative
    firstNonFinite = firstNonFinite ?? later.firstNonFinite
    firstNegative = firstNegative ?? later.firstNegative
  }

  /// Counts the invalid values of a block, and records the first of each kind.
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

  /// A flag that is true if all values are non-negative whole numbers.
  var areCounts: Bool { scale.fractional == 0 && negative == 0 && nonFinite == 0 }

  /// The kind of the values, determined from all of them.
  package var kind: ValueKind { scale.kind }
}

/// Counters of values, without their positions.
package struct ValueCounts: Equatable {
  /// The number of whole numbers.
  var whole: Int

  /// The number of values above the largest byte value of the count store.
  var overByte: Int

  /// The largest value, at least 0; NaN values are ignored.
  var maximum: Float

  /// A flag that is true if no value is negative, infinite or NaN.
  var isSound: Bool

  /// Counts eight values at a time, five times as fast as ``init(reference:)``.
  init(of values: Span<Float>) {
    var eights = Eights()
    let full = values.count / 8 * 8
    unsafe values.withUnsafeBytes { bytes in
      for k in stride(from: 0, to: full, by: 8) {
        eights.add(unsafe bytes.loadUnaligned(fromByteOffset: 4 * k, as: SIMD8<Float>.self))
      }
    }
    // Fill the last eight with zeros, which are whole and change nothing else.
    var rest = SIMD8<Float>.zero
    for k in full..<values.count { rest[k - full] = values[k] }
    eights.add(rest)
    whole = Int(eights.whole.wrappedSum()) - (full + 8 - values.count)
    overByte = Int(eights.overByte.wrappedSum())
    maximum = Float(bitPattern: UInt32(bitPattern: eights.largest.max()))
    isSound = all(eights.isSound)
  }

  private struct Eights {
    var whole = SIMD8<Int32>.zero
    var overByte = SIMD8<Int32>.zero
    var largest = SIMD8<Int32>.zero
    var isSound = SIMDMask<SIMD8<Int32>>(repeating: true)

    @inline(__always)
    mutating func add(_ values: SIMD8<Float>) {
      let bits = unsafe unsafeBitCast(values, to: SIMD8<Int32>.self)
      let sizes = unsafe unsafeBitCast(bits & Int32.max, to: SIMD8<Float>.self)
      // Floats of this size have no fractions, and adding it to a smaller float rounds away its
      // fraction.
      let large = SIMD8<Float>(repeating: 8_388_608)
      let isWhole = ((sizes + large) - large .== sizes) .| (sizes .>= large)
      whole.replace(with: whole &+ 1, where: isWhole)
      overByte.replace(with: overByte &+ 1, where: values .> CountStore.largestByte)
      isSound = isSound .& (values .>= 0) .& (values .< .infinity)
      // Non-negative floats are ordered by their bits, and all others compare below.
      let candidates = bits.replacing(with: 0, where: values .!= values)
      largest.replace(with: candidates, where: candidates .> largest)
    }
  }

  /// Counts value by value; the reference that the tests compare ``init(of:)`` with.
  init(reference values: [Float]) {
    whole = values.count { $0.rounded(.towardZero) == $0 }
    overByte = values.count { $0 > CountStore.largestByte }
    maximum = values.reduce(0) { $1 > $0 ? $1 : $0 }
    isSound = values.allSatisfy { $0 >= 0 && $0.isFinite }
  }
}
