/// The cells of a figure in the form that the page's script reads.
///
/// The cells have one random order, so that no batch hides another. Numbers take as few bytes as
/// possible, least significant first.
struct ScatterData {
  /// The maximum size of cell names on a page, in bytes.
  static let mostNameBytes = 4 << 20

  /// The number of cells.
  let count: Int

  private let order: [Int]

  /// Orders the cells of a figure.
  init(_ figure: ScatterFigure) {
    let counts =
      figure.panels.map(\.points.count) + figure.colourings.map(\.codes.count)
      + figure.gradients.map(\.values.count)
    count = counts.max() ?? 0
    var order = Array(0..<count)
    var random = SplitMix64(state: 20)
    order.shuffle(using: &random)
    self.order = order
  }

  /// Returns the positions of a panel's cells as bytes; `(4n)`.
  ///
  /// Each is two 16-bit numbers, x and y, in 0...65534 with a common scale; 65535 marks a cell
  /// without a position.
  func places(_ panel: ScatterFigure.Panel) -> [UInt8] {
    let points = panel.points.filter(isFinite)
    let low = points.reduce(SIMD2(repeating: Float.infinity)) { pointwiseMin($0, $1) }
    let high = points.reduce(SIMD2(repeating: -Float.infinity)) { pointwiseMax($0, $1) }
    // Halved, because the difference of two floats may overflow.
    let half = SIMD2<Double>(high) / 2 - SIMD2<Double>(low) / 2
    let middle = SIMD2<Double>(low) + half
    let scale = half.max() > 0 ? 32_767 / half.max() : 0
    var bytes: [UInt8] = []
    bytes.reserveCapacity(4 * count)
    for i in order {
      guard panel.points.indices.contains(i), isFinite(panel.points[i]) else {
        bytes.append(contentsOf: [255, 255, 255, 255])
        continue
      }
      let place = (SIMD2<Double>(panel.points[i]) - middle) * scale + 32_767
      append(Int(place.x.rounded()), width: 2, to: &bytes)
      append(Int(place.y.rounded()), width: 2, to: &bytes)
    }
    return bytes
  }

  /// Returns the number of cells without a position in a panel.
  func unplaced(_ panel: ScatterFigure.Panel) -> Int { count - panel.points.filter(isFinite).count }

  /// Returns the index of each cell's level plus one, 0 for none, and the number of bytes per cell.
  func codes(_ colouring: Colouring) -> (bytes: [UInt8], width: Int) {
    let levels = colouring.levels.count
    let width = levels < 1 << 8 ? 1 : levels < 1 << 16 ? 2 : 4
    var bytes: [UInt8] = []
    bytes.reserveCapacity(width * count)
    for i in order {
      let code = colouring.codes.indices.contains(i) ? Int(colouring.codes[i]) : -1
      append(code >= 0 && code < levels ? code + 1 : 0, width: width, to: &bytes)
    }
    return (bytes, width)
  }

  /// Returns the place of each cell's number on a scale, 1 to 255, or 0 if it is missing; `(n)`.
  func shades(_ gradient: Gradient, _ scale: GradientScale) -> [UInt8] {
    order.map { i in
      gradient.values.indices.contains(i)
        ? scale.shade(Double(gradient.values[i])) : GradientScale.missing
    }
  }

  /// Returns the cells' names, one per line; `nil` if there are none, or if they are too long.
  func names(_ figure: ScatterFigure) -> [UInt8]? {
    guard !figure.names.isEmpty else { return nil }
    let lines = joinedLines(
      order.lazy.map { figure.names.indices.contains($0) ? figure.names[$0] : "" })
    return lines.count <= Self.mostNameBytes ? lines : nil
  }
}

private func isFinite(_ point: SIMD2<Float>) -> Bool { point.x.isFinite && point.y.isFinite }

private func append(_ number: Int, width: Int, to bytes: inout [UInt8]) {
  for byte in 0..<width { bytes.append(UInt8(truncatingIfNeeded: number >> (8 * byte))) }
}

/// Sebastiano Vigna's 64-bit generator, for an order that is the same everywhere.
private struct SplitMix64: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
