internal import HDF5

/// Brings rows into the form that ``RowBlock`` promises: no zeros, each gene once
/// and in ascending order.
///
/// - Parameters:
///   - starts: Where each row starts; `(rows + 1)`.
///   - genes: The column of each value, in any order, also repeated.
///   - values: The values; those of a repeated gene are added up.
///   - columns: The new column of each column, −1 for those left out; `nil` to keep all.
@specialized(where Value == Float)
@specialized(where Value == Double)
@specialized(where Value == Int32)
@specialized(where Value == UInt32)
@specialized(where Value == UInt16)
@specialized(where Value == UInt8)
func canonicalize<Value: StoredNumber>(
  starts: inout [Int], genes: inout [Int32], values: inout [Value], columns: [Int32]? = nil
) {
  var kept = 0
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
    if !isAscending {
      kept = sortRow(from: newStart, to: kept, genes: &genes, values: &values)
    }
    start = end
    starts[row + 1] = kept
  }
  genes.removeLast(genes.count - kept)
  values.removeLast(values.count - kept)
}

/// Sorts one row by gene and adds up what is of one gene; returns where the row now ends.
private func sortRow<Value: StoredNumber>(
  from start: Int, to end: Int, genes: inout [Int32], values: inout [Value]
) -> Int {
  // Equal genes stay in the order of the file, so that sums come out the same each time.
  let order = (start..<end).sorted { (genes[$0], $0) < (genes[$1], $1) }
  let row = order.map { (gene: genes[$0], value: values[$0]) }
  var kept = start
  var k = 0
  while k < row.count {
    var sum = row[k].value
    let gene = row[k].gene
    k += 1
    while k < row.count, row[k].gene == gene {
      sum += row[k].value
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
