import CountData
import NeuralNet
import Numerics
import Testing
@testable import Integration
@testable import Support

/// Support is relative to the batch, and averaged over similar cells.
@Suite struct BatchSupportTests {
  @Test func `novelty is the gain of the neighbours' profile over the reconstruction`() {
    let rho: [Float] = [0.1, 0.2, 0.3, 0.4]
    let factors = [2.0, 1, 1, 0]
    // The fourth gene is missing; 0.2, 0.2 and 0.3 of 0.7 remain.
    let r = [2.0 / 7, 2.0 / 7, 3.0 / 7]
    let profile = [100.0, 20, 0, 0]
    let q = zip(profile, r).map { ($0 + 200 * $1) / 320 }
    let expected =
      (3 * logarithm((q[0] + 1e-5) / (r[0] + 1e-5)) + logarithm((q[2] + 1e-5) / (r[2] + 1e-5))) / 4
    let found = BatchSupport.novelty([0, 2], [3, 1], profile, 120, rho[...], factors)
    #expect(abs(found - expected) < 1e-6, "\(found), \(expected)")
    // Neighbours like the reconstruction, no neighbours and no counts give 0.
    let like = r.map { 70 * $0 } + [0]
    #expect(abs(BatchSupport.novelty([0, 1], [2, 5], like, 70, rho[...], factors)) < 1e-6)
    let none = [Double](repeating: 0, count: 4)
    #expect(abs(BatchSupport.novelty([0, 1], [2, 5], none, 0, rho[...], factors)) < 1e-6)
    #expect(BatchSupport.novelty([], [], profile, 120, rho[...], factors) == 0)
    #expect(BatchSupport.novelty([0], [1], profile, 120, rho[...], none) == 0)
  }

  private static func median(_ values: [Float]) -> Float { values.sorted()[values.count / 2] }

  @Test func `a factor for each gene of the batch changes the support little`() throws {
    let scene = try SimulatedReference(shift: 0.7)
    let labels = try #require(try scene.labels())
    let (support, own) = (try #require(labels.support), try #require(labels.ownSupport))
    #expect(abs(Self.median(support) - 1) < 0.25, "\(Self.median(support))")
    // The own counts alone spread widely.
    let lost = (
      support.count { $0 < LowSupport.limit }, own.count { $0 < LowSupport.limit }
    )
    #expect(lost.0 < 10 && lost.0 <= lost.1, "\(lost)")
  }

  @Test func `cells of left-out types have less support than others in the same batch`() throws {
    let left: Set<Int32> = [2, 3]
    let scene = try SimulatedReference(leaving: left, shift: 0.5)
    let labels = try #require(try scene.labels())
    let support = try #require(labels.support)
    let new = support.indices.filter { left.contains(scene.types[$0]) }
    let known = support.indices.filter { !left.contains(scene.types[$0]) }
    let ranked = new.reduce(0) { sum, cell in sum + known.count { support[$0] > support[cell] } }
    let area = Double(ranked) / Double(new.count * known.count)
    #expect(area > 0.95, "\(area)")
  }

  @Test func `the number of threads does not change the support`() throws {
    let scene = try SimulatedReference(leaving: [3])
    var one = scene.model
    one.threads = 1
    var four = scene.model
    four.threads = 4
    let support = try one.map(scene.query).labels?.support
    #expect(try four.map(scene.query).labels?.support == support)
  }

  @Test func `a single cell has the support of its own counts`() throws {
    let one = try #require(try SimulatedReference(limit: 1).labels())
    #expect(abs(try #require(one.support)[0] - (try #require(one.ownSupport)[0])) < 1e-6)
  }

  @Test(arguments: [2, 5, 12])
  func `few cells have a support`(count: Int) throws {
    let few = try #require(try SimulatedReference(limit: count).labels())
    let support = try #require(few.support)
    #expect(support.count == count && support.allSatisfy(\.isFinite))
  }
}

extension SimulatedReference {
  fileprivate func labels() throws -> TransferredLabels? { try model.map(query).labels }
}
