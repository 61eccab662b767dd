internal import Numerics
internal import Support

/// The association of covariates with a grouping of cells, such as batches.
struct GroupAssociation {
  /// The strength for each covariate, 0 to 1: Cramér's V of levels, or the correlation ratio eta of
  /// numbers.
  let strengths: [Double]

  /// The share of each covariate's sum of squares that lies within groups; 0 to 1.
  let sharesWithin: [Double]

  private let widths: [Int]

  /// The sums of products of all columns within groups; `(q, q)`.
  private var products: [Double]

  /// Sums the products of columns within groups.
  ///
  /// - Parameters:
  ///   - design: The columns; `(n, q)`.
  ///   - encodings: The covariates.
  ///   - groups: The group of each cell; `(n)`.
  ///   - count: The number of groups.
  init(
    _ design: CovariateDesign, _ encodings: [CovariateEncoding], groups: [Int32],
    groupCount count: Int
  ) {
    let q = design.width
    var sums = [Double](repeating: 0, count: count * q)
    var sizes = [Double](repeating: 0, count: count)
    var overall = [Double](repeating: 0, count: q)
    var squares = [Double](repeating: 0, count: q * q)
    for (cell, group) in groups.enumerated() {
      let x = design.values(ofCell: cell).map(Double.init)
      sizes[Int(group)] += 1
      for p in 0..<q {
        sums[Int(group) * q + p] += x[p]
        overall[p] += x[p]
        for r in 0...p { squares[p * q + r] += x[p] * x[r] }
      }
    }
    let n = Double(groups.count)
    var within = squares
    for group in 0..<count where sizes[group] > 0 {
      for p in 0..<q {
        for r in 0...p {
          within[p * q + r] -= sums[group * q + p] * sums[group * q + r] / sizes[group]
        }
      }
    }
    let total = (0..<q).map { squares[$0 * q + $0] - overall[$0] * overall[$0] / n }
    widths = encodings.map(\.width)
    products = within
    var (strengths, sharesWithin): ([Double], [Double]) = ([], [])
    var first = 0
    let filled = sizes.count { $0 > 0 }
    for encoding in encodings {
      let columns = first..<first + encoding.width
      first = columns.upperBound
      let all = columns.reduce(0) { $0 + total[$1] }
      let inside = columns.reduce(0) { $0 + within[$1 * q + $1] }
      sharesWithin.append(all > 0 ? max(0, inside / all) : 0)
      guard encoding.kind == .categorical else {
        strengths.append(all > 0 ? max(0, 1 - inside / all).squareRoot() : 0)
        continue
      }
      // Chi-squared over n is the sum over levels of the share between groups, by 1 − share.
      let statistic = columns.reduce(0.0) { sum, p in
        let share = encoding.shares[p - columns.lowerBound]
        let between = (total[p] - within[p * q + p]) / n
        return share > 0 ? sum + max(0, between) / share : sum
      }
      let degrees = Double(min(encoding.width, filled) - 1)
      strengths.append(degrees > 0 ? min(1, (statistic / degrees).squareRoot()) : 0)
    }
    self.strengths = strengths
    self.sharesWithin = sharesWithin
  }

  /// Returns the first covariate that the groups and the covariates before it determine; `nil` if
  /// there is none.
  ///
  /// The columns are eliminated one by one; what is left of a covariate's own is its part that
  /// nothing before it explains.
  mutating func determined() -> Int? {
    let q = widths.reduce(0, +)
    func product(_ p: Int, _ r: Int) -> Double { products[max(p, r) * q + min(p, r)] }
    let own = (0..<q).map { product($0, $0) }
    var first = 0
    for (place, width) in widths.enumerated() {
      let columns = first..<first + width
      first = columns.upperBound
      let left = columns.reduce(0) { $0 + max(0, product($1, $1)) }
      if place > 0, left < 1e-6 * columns.reduce(0, { $0 + own[$1] }) { return place }
      for p in columns {
        let pivot = product(p, p)
        // The last of a covariate's levels follows from the others.
        guard pivot > 1e-9 * max(own[p], 1e-300) else { continue }
        let row = (0..<q).map { product(p, $0) / pivot }
        for a in 0..<q where a > p {
          for b in (p + 1)...a {
            products[a * q + b] -= row[a] * row[b] * pivot
          }
        }
      }
    }
    return nil
  }
}
