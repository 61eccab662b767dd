package import Numerics

/// Weighted edges between cells, as compressed rows.
package struct SparseGraph: Sendable, Equatable {
  /// The start of each cell's edges; `[n + 1]`.
  package var starts: [Int] = [0]

  /// The target of each edge, ascending within a cell.
  package var targets: [Int32] = []

  /// The edges' weights.
  package var weights: [Double] = []

  /// Makes a graph without cells.
  package init() {}

  /// The number of cells.
  package var count: Int { starts.count - 1 }

  /// Returns the indices of a cell's edges.
  package func edges(of cell: Int) -> Range<Int> { starts[cell]..<starts[cell + 1] }

  /// Returns the subgraph of some cells, given in ascending order.
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

  /// Returns a part of the graph that no edge leaves, without visiting the rest.
  ///
  /// - Parameters:
  ///   - cells: The part's cells, in ascending order.
  ///   - numbers: The number of each cell of the whole graph within its part; `[n]`.
  /// - Returns: The part, with its cells numbered from 0.
  package func part(_ cells: [Int32], numbers: [Int32]) -> SparseGraph {
    var graph = SparseGraph()
    for cell in cells {
      for edge in edges(of: Int(cell)) {
        graph.targets.append(numbers[Int(targets[edge])])
        graph.weights.append(weights[edge])
      }
      graph.starts.append(graph.targets.count)
    }
    return graph
  }

  /// Computes rows `range` of the product of the weights with a vector.
  package func multiply(_ vector: DoubleView, rows range: Range<Int>, into product: DoubleView) {
    for cell in range {
      var sum = 0.0
      for edge in edges(of: cell) { sum += weights[edge] * vector[Int(targets[edge])] }
      product[cell] = sum
    }
  }

  /// Returns the strongly connected components, each with its cells in ascending order.
  ///
  /// Tarjan's algorithm (1972, <https://doi.org/10.1137/0201010>) with an explicit stack, because a
  /// chain of neighbours can contain all cells.
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
