internal import HDF5

/// Brings rows into the form of ``RowBlock``: no zeros, each gene once, genes ascending.
///
/// - Parameters:
///   - starts: The start of each row; `(rows + 1)`.
///   - genes: The column of each value, in any order; columns may repeat.
///   - values: The values; those of a repeated gene are summed.
///   - columns: The new column of each column, −1 for omitted columns; `nil` to keep all.
@specialized(where Value == Float)
@specialized(where Value == Double)
@specialized(where Value == Int32)
@specialized(where Value == UInt32)
@specialized(where Value == UInt16)
@specialized(where Value == UInt8)
func canonicalize<Value: StoredNumber>(
  starts: inout [Int], genes: inout [Int32], values: inout [Value], columns: [Int32]? = nil
) {
  if columns == nil, isCanonical(starts, genes, values) { return }
  var kept = 0
  do {
    // Indexing the arrays directly would check for uniqueness at each write.
    var genes = genes.mutableSpan
    var values = values.mutableSpan
    var start = starts[0]
    for row in 0..<starts.count - 1 {
      let end = starts[row + 1]
      let newStart = kept
      var previous: Int32 = -1
      var isAscending = true
      for k in start..<end where values[k] != 0 {
        var gene = genes[k]
        if let columns {
          gene = columns[Int(gene)]
          if gene < 0 { continue }
        }
        isAscending = isAscending && gene > previous
        previous = gene
        genes[kept] = gene
        values[kept] = values[k]
        kept += 1
      }
      if !isAscending { kept = sortRow(newStart..<kept, &genes, &values) }
      start = end
      starts[row + 1] = kept
    }
  }
  genes.removeLast(genes.count - kept)
  values.removeLast(values.count - kept)
}

/// Returns whether rows already have the form of ``RowBlock``, as in most files.
@inline(__always)
private func isCanonical<Value: StoredNumber>(
  _ starts: [Int], _ genes: [Int32], _ values: [Value]
) -> Bool {
  guard starts[0] == 0, starts[starts.count - 1] == genes.count else { return false }
  // This loop has no branches and a counter as wide as the usual values, so that the compiler can
  // vectorize it. Rows of 2³¹ values do not exist.
  var zeros: Int32 = 0
  for value in values { zeros &+= value == 0 ? 1 : 0 }
  guard zeros == 0, genes.count > 1 else { return zeros == 0 }
  var descents = descents(genes)
  // Every descent must be at the start of a row.
  for row in 1..<max(1, starts.count - 1) {
    let start = starts[row]
    guard start > starts[row - 1], start < genes.count else { continue }
    if genes[start] <= genes[start - 1] { descents -= 1 }
  }
  return descents == 0
}

/// Returns the number of genes that are not above the one before, eight at a time.
private func descents(_ genes: [Int32]) -> Int {
  var eights = SIMD8<Int32>.zero
  var rest = 0
  unsafe genes.withUnsafeBytes { bytes in
    func load(_ k: Int) -> SIMD8<Int32> {
      unsafe bytes.loadUnaligned(fromByteOffset: 4 * k, as: SIMD8<Int32>.self)
    }
    var k = 1
    while k + 8 <= genes.count {
      eights.replace(with: eights &+ 1, where: load(k) .<= load(k - 1))
      k += 8
    }
    while k < genes.count {
      rest += genes[k] <= genes[k - 1] ? 1 : 0
      k += 1
    }
  }
  return Int(eights.wrappedSum()) + rest
}

/// Sorts one row by gene and sums the values of each gene; returns the new end of the row.
private func sortRow<Value: StoredNumber>(
  _ range: Range<Int>, _ genes: inout MutableSpan<Int32>, _ values: inout MutableSpan<Value>
) -> Int {
  // Gene and position form one number. It compares fast, and values of one gene keep the file's
  // order, so that sums are reproducible.
  var order: [UInt64] = []
  var row: [Value] = []
  order.reserveCapacity(range.count)
  row.reserveCapacity(range.count)
  for k in range {
    order.append(UInt64(UInt32(bitPattern: genes[k])) << 32 | UInt64(row.count))
    row.append(values[k])
  }
  order.sort()
  func geneAt(_ k: Int) -> Int32 { Int32(truncatingIfNeeded: order[k] >> 32) }
  func valueAt(_ k: Int) -> Value { row[Int(order[k] & 0xFFFF_FFFF)] }

  var kept = range.lowerBound
  var k = 0
  while k < order.count {
    let gene = geneAt(k)
    var sum = valueAt(k)
    k += 1
    while k < order.count, geneAt(k) == gene {
      sum += valueAt(k)
      k += 1
    }
    if sum != 0 {
      genes[kept] = gene
      values[kept] = sum
      kept += 1
    }
  }
  return kept
}
