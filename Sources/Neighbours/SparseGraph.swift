package import Kernels

/// Weighted edges between cells, as compressed rows.
package struct SparseGraph: Sendable, Equatable {
  /// Where each cell's edges begin; `[n + 1]`.
  package var starts: [Int] = [0]

  /// The cell that each edge leads to, ascending within a cell.
  package var targets: [Int32] = []

  /// The edges' weights.
  package var weights: [Double] = []

  /// Makes a graph without cells.
  package init() {}

  /// The number of cells.
  package var count: Int { starts.count - 1 }

  /// The edges of a cell.
  package func edges(of cell: Int) -> Range<Int> { starts[cell]..<starts[cell + 1] }

  /// The graph of some cells, given in ascending order, and the edges among them.
  package func induced(by cells: [Int32]) -> SparseGraph {
    var numbers = [Int32](repeating: -1, count: count)
    for (number, cell) in cells.enumerated() { numbers[Int(cell)] = Int32(number) }
    var graph = SparseGraph()
    for cell in cells {
      for edge in edges(of: Int(cell)) {
        let target = numbers[Int(targets[edge])]
        guard target >= 0 else { continue }
        graph.targets.append(target)
        graph.weights.append(weights[edge])
      }
      graph.starts.append(graph.targets.count)
    }
    return graph
  }

  /// The product of the weights with a vector; rows `range` of it.
  package func multiply(_ vector: DoubleView, rows range: Range<Int>, into product: DoubleView) {
    for cell in range {
      var sum = 0.0
      for edge in edges(of: cell) { sum += weights[edge] * vector[Int(targets[edge])] }
      product[cell] = sum
    }
  }

  /// Cells that can all reach each other, each group's cells ascending.
  ///
  /// Tarjan's algorithm (1972, <https://doi.org/10.1137/0201010>) with a stack
  /// of its own, because a chain of neighbours may be as long as there are cells.
  package func strongComponents() -> [[Int32]] {
    let unseen = Int32(-1)
    var order = [Int32](repeating: unseen, count: count)
    var lowest = order
    var open = [Bool](repeating: false, count: count)
    var path: [Int32] = []
    var components: [[Int32]] = []
    var visited: Int32 = 0
    var visits: [(cell: Int, edge: Int)] = []
    for root in 0..<count where order[root] == unseen {
      visits.append((root, starts[root]))
      while let (cell, edge) = visits.last {
        if order[cell] == unseen {
          order[cell] = visited
          lowest[cell] = visited
          visited += 1
          path.append(Int32(cell))
          open[cell] = true
        }
        if edge < starts[cell + 1] {
          visits[visits.count - 1].edge += 1
          let target = Int(targets[edge])
          if order[target] == unseen {
            visits.append((target, starts[target]))
          } else if open[target] {
            lowest[cell] = min(lowest[cell], order[target])
          }
          continue
        }
        visits.removeLast()
        if let parent = visits.last?.cell { lowest[parent] = min(lowest[parent], lowest[cell]) }
        guard lowest[cell] == order[cell] else { continue }
        var component: [Int32] = []
        while let last = path.popLast() {
          open[Int(last)] = false
          component.append(last)
          if last == Int32(cell) { break }
        }
        components.append(component.sorted())
      }
    }
    return components
  }
}
