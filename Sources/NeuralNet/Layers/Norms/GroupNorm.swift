/// A norm over sixteen groups of the units of each cell, or the largest divisor of the width below.
struct GroupNorm: NormWithinCells {
  func groups(units: Int) -> Int { (1...16).last { units % $0 == 0 } ?? 1 }
}
