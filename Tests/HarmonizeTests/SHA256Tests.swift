import Foundation
@testable import Harmonize
import Kernels
import Testing

@Suite struct SHA256Tests {
  /// Messages and digests of NIST's examples, and of the lengths around a block's end as
  /// `sha256sum` gives them.
  @Test(arguments: [
    ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    ),
    (
      String(repeating: "a", count: 55),
      "9f4390f8d30c2dd92ec9f095b65e2b9ae9b0a925a5258e241c9f1e910f734318"
    ),
    (
      String(repeating: "a", count: 64),
      "ffe054fe7ae0cb6dc65c3af9b61d5209f439851db43d0ba5997337df154668eb"
    ),
  ])
  func `known digests`(message: String, digest: String) {
    var sha = SHA256()
    sha.update(message.utf8)
    #expect(sha.finish() == digest)
  }

  @Test func `it does not matter in which pieces bytes come`() {
    var (whole, pieces) = (SHA256(), SHA256())
    let bytes = (0..<300).map { UInt8(truncatingIfNeeded: $0 &* 7) }
    whole.update(bytes)
    for first in stride(from: 0, to: 300, by: 17) {
      pieces.update(bytes[first..<min(first + 17, 300)])
    }
    #expect(whole.finish() == pieces.finish())
  }

  @Test func `a model's digest changes with every parameter and every statistic`() throws {
    let cells = smallCells(count: 40, genes: 6)
    let result = try integrate(cells, options: IntegrationTests.options(visits: 64))
    #expect(result.record.modelDigest == result.model.digest)
    #expect(result.model.digest.count == 64)
    var seen: Set = [result.model.digest]
    let network = result.model.network
    for kind in 0..<2 {
      let count = kind == 0 ? network.parameters.count : network.statistics.count
      for tensor in 0..<count {
        var (parameters, statistics) = (network.parameters, network.statistics)
        if kind == 0 {
          parameters[tensor].values[0] = parameters[tensor].values[0].nextUp
        } else {
          statistics[tensor].values[0] = statistics[tensor].values[0].nextUp
        }
        var changed = network
        try changed.restore(parameters: parameters, statistics: statistics)
        seen.insert(
          TrainedModel(
            genes: result.model.genes, sources: result.model.sources, network: changed
          ).digest)
      }
    }
    #expect(seen.count == 1 + network.parameters.count + network.statistics.count)
  }
}
