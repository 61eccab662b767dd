import Foundation
import Numerics
import Neighbours
import TestSupport

/// Cells around centres far from each other.
struct PlantedCells {
  let points: Matrix

  /// The group of each cell.
  let groups: [Int]

  /// Makes cells of `groups` groups by turns.
  ///
  /// Coordinates are multiples of 1/64, so that whole numbers can be added without rounding.
  init(_ n: Int, dimensions d: Int = 5, groups: Int = 2, apart: Float = 12, seed: UInt64 = 1) {
    var random = Xoshiro256(seed: seed)
    self.groups = (0..<n).map { $0 % groups }
    var points = Matrix(rows: n, columns: d)
    for cell in 0..<n {
      for j in 0..<d {
        points[cell, j] = Float((64 * random.standardNormal()).rounded() / 64)
        if j % groups == cell % groups { points[cell, j] += apart }
      }
    }
    self.points = points
  }
}

extension Matrix {
  /// A layout as a table; `(n, 2)`.
  init(_ layout: [SIMD2<Float>]) {
    self.init(rows: layout.count, columns: 2, values: layout.flatMap { [$0.x, $0.y] })
  }

  /// Reads little-endian floats, row after row.
  init(readingAt file: URL, columns: Int) throws {
    let bytes = [UInt8](try Data(contentsOf: file))
    let values = stride(from: 0, to: bytes.count, by: 4).map { start in
      Float(bitPattern: (0..<4).reduce(0) { $0 | UInt32(bytes[start + $1]) << (8 * UInt32($1)) })
    }
    self.init(rows: values.count / columns, columns: columns, values: values)
  }
}

/// What `make_umap_fixture.py` stored.
struct ReferenceLayouts: Decodable {
  struct Curve: Decodable {
    let minimum: Double
    let spread: Double
    let a: Double
    let b: Double
  }

  struct Layout: Decodable {
    let name: String
    let trustworthiness: [String: Double]
  }

  let curves: [Curve]
  let trustworthiness: [String: [Double]]
  let layout: Layout

  static let folder = TestFiles.fixtures.appending(path: "umap")

  static func load() throws -> ReferenceLayouts {
    let data = try Data(contentsOf: folder.appending(path: "umap.json"))
    return try JSONDecoder().decode(ReferenceLayouts.self, from: data)
  }

  /// The embedding that a name stands for.
  static func embedding(_ name: String) throws -> Matrix {
    try Matrix(
      readingAt: TestFiles.fixtures.appending(path: "evaluation/\(name).f32"), columns: 30)
  }
}
