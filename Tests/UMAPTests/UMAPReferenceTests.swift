import Evaluation
import Foundation
import Numerics
import Testing
@testable import UMAP

@Suite struct UMAPReferenceTests {
  let pool = ThreadPool(threads: 2)

  @Test func `the curve is the one that umap-learn fits`() throws {
    for reference in try ReferenceLayouts.load().curves {
      let curve = LayoutCurve(minimum: reference.minimum, spread: reference.spread)
      #expect(abs(curve.a / reference.a - 1) < 1e-4, "\(reference)")
      #expect(abs(curve.b / reference.b - 1) < 1e-4, "\(reference)")
    }
  }

  @Test func `trustworthiness is that of scikit-learn`() throws {
    let reference = try ReferenceLayouts.load().layout
    let space = try ReferenceLayouts.embedding(reference.name)
    let layout = try Matrix(
      readingAt: ReferenceLayouts.folder.appending(path: "\(reference.name).umap.f32"), columns: 2)
    for (k, expected) in reference.trustworthiness {
      let k = try #require(Int(k))
      let found = trustworthiness(of: layout, in: space, neighbours: k, pool: pool)
      #expect(abs(found - expected) < 1e-6, "\(k) neighbours: \(found), not \(expected)")
    }
  }

  @Test(arguments: UMAPInitialization.allCases)
  func `layouts can be trusted as those of umap-learn`(initialization: UMAPInitialization) throws {
    for (name, expected) in try ReferenceLayouts.load().trustworthiness {
      let space = try ReferenceLayouts.embedding(name)
      var options = UMAPOptions()
      options.initialization = initialization
      let layout = Matrix(try umap(space, options: options, pool: pool))
      let found = trustworthiness(of: layout, in: space, pool: pool)
      let least = expected.reduce(0, +) / Double(expected.count) - 0.01
      #expect(found > least, "\(name): \(found), umap-learn's \(expected)")
    }
  }
}
