import Foundation
import Numerics
import Neighbours
import Testing

@Suite struct FuzzyGraphTests {
  let pool = ThreadPool(threads: 2)

  private func graph(cells n: Int, k: Int, threads: Int = 2) -> SparseGraph {
    let pool = ThreadPool(threads: threads)
    let x = NearestNeighboursTests.cells(n, 5, seed: 6)
    return fuzzyGraph(of: nearestNeighbours(of: x, k: k, pool: pool), pool: pool)
  }

  @Test func `the graph is symmetric, its weights lie in 0 to 1, and each cell's largest is 1`() {
    let graph = graph(cells: 700, k: 14)
    var weights: [SIMD2<Int32>: Double] = [:]
    for cell in 0..<graph.count {
      var largest = 0.0
      for edge in graph.edges(of: cell) {
        #expect(graph.weights[edge] > 0 && graph.weights[edge] <= 1)
        largest = max(largest, graph.weights[edge])
        weights[[Int32(cell), graph.targets[edge]]] = graph.weights[edge]
      }
      #expect(largest == 1)
      #expect(
        Array(graph.targets[graph.edges(of: cell)]) == graph.targets[graph.edges(of: cell)].sorted()
      )
    }
    for (edge, weight) in weights {
      #expect(abs((weights[[edge.y, edge.x]] ?? 0) - weight) < 1e-12)
    }
  }

  @Test func `the graph of some cells has the edges of the whole graph among them`() {
    var x = NearestNeighboursTests.cells(400, 5, seed: 7)
    // Equal cells take the mean of all distances.
    for i in 0..<40 { for j in 0..<5 { x[i, j] = 1 } }
    let table = nearestNeighbours(of: x, k: 9, pool: pool)
    let cells = (0..<Int32(400)).filter { $0 % 3 != 1 }
    let whole = fuzzyGraph(of: table, pool: pool)
    #expect(fuzzyGraph(of: table, among: cells, pool: pool) == whole.induced(by: cells))
    // A view of the nearest is the table of them.
    let few = nearestNeighbours(of: x, k: 4, pool: pool)
    #expect(table.nearest(4) == few)
    #expect(fuzzyGraph(of: table.nearest(4), pool: pool) == fuzzyGraph(of: few, pool: pool))
  }

  @Test func `a cell's weights to neighbours that do not know it add to the logarithm of k`() {
    // Cell 0 is nobody's neighbour, so its edges weigh what it gives them.
    let table = NeighbourTable(
      k: 4, queries: Array(0..<6), searched: 6,
      indices: [1, 2, 3, 4, 2, 3, 4, 5, 1, 3, 4, 5, 1, 2, 4, 5, 1, 2, 3, 5, 1, 2, 3, 4],
      distances: [1, 1.5, 2, 3] + Array(repeating: 1, count: 20))
    let graph = fuzzyGraph(of: table, pool: pool)
    let weights = graph.edges(of: 0).map { graph.weights[$0] }
    #expect(weights[0] == 1 && weights == weights.sorted(by: >))
    #expect(abs(weights.reduce(0, +) - log2(5)) < 1e-4)
  }

  @Test func `one thread gives the bytes of three`() {
    #expect(graph(cells: 1300, k: 14, threads: 1) == graph(cells: 1300, k: 14, threads: 3))
  }

  @Test func `strong components follow edges one way`() {
    // 0 → 1 → 2 → 0, 2 → 3, 3 ⇄ 4, and 5 alone.
    var graph = SparseGraph()
    graph.targets = [1, 2, 0, 3, 4, 3]
    graph.weights = Array(repeating: 1, count: 6)
    graph.starts = [0, 1, 2, 4, 5, 6, 6]
    #expect(Set(graph.strongComponents()) == [[0, 1, 2], [3, 4], [5]])
    let part = graph.induced(by: [2, 3, 4])
    #expect(part.targets == [1, 2, 1] && part.starts == [0, 1, 2, 3])
    #expect(SparseGraph().strongComponents().isEmpty)
  }

  @Test func `parts that hang together are the graphs of their cells`() {
    // Two groups by turns, too far from each other for an edge.
    var x = NearestNeighboursTests.cells(120, 3, seed: 7)
    for i in 0..<120 where i % 3 == 0 { x[i, 0] += 1000 }
    let graph = fuzzyGraph(of: nearestNeighbours(of: x, k: 8, pool: pool), pool: pool)
    let parts = graph.strongComponents()
    #expect(parts.count == 2)
    var numbers = [Int32](repeating: 0, count: 120)
    for cells in parts {
      for (number, cell) in cells.enumerated() { numbers[Int(cell)] = Int32(number) }
    }
    for cells in parts {
      #expect(graph.part(cells, numbers: numbers) == graph.induced(by: cells))
    }
  }

  @Test func `a long chain of cells does not exhaust the stack`() {
    var graph = SparseGraph()
    let n = 200_000
    graph.targets = (0..<Int32(n)).map { ($0 + 1) % Int32(n) }
    graph.weights = Array(repeating: 1, count: n)
    graph.starts = Array(0...n)
    #expect(graph.strongComponents().count == 1)
  }
}
