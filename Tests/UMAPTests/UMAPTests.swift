import Numerics
import Testing
import UMAP

@Suite struct UMAPTests {
  let pool = ThreadPool(threads: 2)

  /// Options of few epochs, which laws need no more of.
  private func options(_ initialization: UMAPInitialization = .spectral) -> UMAPOptions {
    var options = UMAPOptions()
    options.epochs = 50
    options.initialization = initialization
    return options
  }

  @Test(arguments: UMAPInitialization.allCases)
  func `one thread gives the bytes of two and three`(initialization: UMAPInitialization) throws {
    // More cells than one shard, in two groups that do not hang together.
    let cells = PlantedCells(1_300)
    let layouts = try [1, 2, 3].map {
      try umap(cells.points, options: options(initialization), pool: ThreadPool(threads: $0))
    }
    #expect(layouts[0] == layouts[1] && layouts[0] == layouts[2])
  }

  @Test func `another seed gives another layout`() throws {
    let cells = PlantedCells(200)
    var other = options()
    other.seed = 1
    let first = try umap(cells.points, options: options(), pool: pool)
    #expect(try first == umap(cells.points, options: options(), pool: pool))
    #expect(try first != umap(cells.points, options: other, pool: pool))
  }

  @Test(arguments: UMAPInitialization.allCases, [5.0, 12])
  func `planted groups stay apart`(initialization: UMAPInitialization, apart: Double) throws {
    let cells = PlantedCells(400, groups: 2, apart: Float(apart))
    var options = options(initialization)
    options.epochs = nil
    let layout = try umap(cells.points, options: options, pool: pool)
    func distance(_ a: Int, _ b: Int) -> Float {
      let offset = layout[a] - layout[b]
      return (offset * offset).sum().squareRoot()
    }
    // Every cell's nearest other cell is one of its own group.
    for cell in layout.indices {
      let nearest = layout.indices.filter { $0 != cell }
        .min { distance(cell, $0) < distance(cell, $1) }
      #expect(cells.groups[nearest ?? cell] == cells.groups[cell])
    }
    #expect(layout.allSatisfy { abs($0.x) < 100 && abs($0.y) < 100 })
  }

  @Test func `a constant added to all points changes nothing`() throws {
    let cells = PlantedCells(300, groups: 1)
    var moved = cells.points
    for cell in 0..<moved.rows {
      for j in 0..<moved.columns { moved[cell, j] += Float(16 * (j - 2)) }
    }
    #expect(
      try umap(cells.points, options: options(), pool: pool)
        == umap(moved, options: options(), pool: pool))
  }

  @Test(arguments: [Float(0x1p-100), 0x1p60, 0x1p100])
  func `the unit of distances changes nothing but rounding`(unit: Float) throws {
    var cells = PlantedCells(120, apart: 3).points
    cells.values = cells.values.map { $0 * unit }
    let layout = try umap(cells, options: options(), pool: pool)
    #expect(layout.allSatisfy { $0.x.isFinite && $0.y.isFinite })
    #expect(Set(layout.map(\.x)).count == 120)
  }

  @Test(arguments: UMAPInitialization.allCases, Array(0...6) + [15, 16])
  func `few cells are laid out too`(initialization: UMAPInitialization, n: Int) throws {
    let cells = PlantedCells(n, groups: 1)
    let layout = try umap(cells.points, options: options(initialization), pool: pool)
    #expect(layout.count == n)
    #expect(layout.allSatisfy { $0.x.isFinite && $0.y.isFinite })
    #expect(Set(layout.map(\.x)).count == n)
  }

  @Test(arguments: UMAPInitialization.allCases, [(40, 3), (600, 2), (30, 0), (50, 1)])
  func `cells that are alike do no harm`(
    initialization: UMAPInitialization, shape: (n: Int, d: Int)
  ) throws {
    let layout = try umap(
      Matrix(rows: shape.n, columns: shape.d), options: options(initialization), pool: pool)
    #expect(layout.count == shape.n)
    #expect(layout.allSatisfy { abs($0.x) < 1000 && abs($0.y) < 1000 })
    #expect(Set(layout.map(\.x)).count == shape.n)
  }

  @Test func `progress ends at 1, never falls, and stops by throwing`() throws {
    struct Stop: Error {}
    let cells = PlantedCells(100)
    var told: [Double] = []
    _ = try umap(cells.points, options: options(), pool: pool) { told.append($0) }
    #expect(told.last == 1 && told.count > 50)
    #expect(told == told.sorted() && told.allSatisfy { $0 > 0 })
    for limit in [1, 2, 20] {
      var calls = 0
      #expect(throws: Stop.self) {
        _ = try umap(cells.points, options: options(), pool: pool) { _ in
          calls += 1
          if calls == limit { throw Stop() }
        }
      }
      #expect(calls == limit)
    }
  }

  @Test func `cells without finite coordinates are refused`() {
    var points = PlantedCells(30).points
    points[3, 1] = .nan
    points[17, 0] = .infinity
    #expect(throws: UMAPError.notFinite(count: 2, cell: 3)) { try umap(points, pool: pool) }
    #expect(
      UMAPError.notFinite(count: 2, cell: 3).description
        == "2 cells have coordinates that are NaN or infinite, first in cell 3, counted from 0; "
        + "remove such cells")
  }

  @Test func `options that make no layout are refused`() {
    func message(_ change: (inout UMAPOptions) -> Void) -> String {
      var options = UMAPOptions()
      change(&options)
      do {
        _ = try umap(Matrix(rows: 2, columns: 1), options: options, pool: pool)
        return "no error"
      } catch {
        return "\(error)"
      }
    }
    #expect(
      message { $0.neighbours = 1 }
        == "the UMAP option `neighbours` cannot be 1; give at least 2, the cell itself counted")
    #expect(
      message { $0.spread = 0 } == "the UMAP option `spread` cannot be 0.0; give a number above 0")
    #expect(
      message { $0.minimumDistance = 1.5 }
        == "the UMAP option `minimumDistance` cannot be 1.5; give 0 to the spread, which is 1.0")
    #expect(message { $0.minimumDistance = .nan }.contains("cannot be nan; give 0 to"))
    #expect(message { $0.epochs = 0 } == "the UMAP option `epochs` cannot be 0; give at least 1")
  }
}
