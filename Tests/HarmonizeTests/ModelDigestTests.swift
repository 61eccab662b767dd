import Foundation
import Numerics
import Support
internal import NeuralNet
import Testing
@testable import Integration

@Suite struct ModelDigestTests {
  /// As `hashlib` gives it for `struct.pack("<4f", 1, -2.5, 0.1, inf)`.
  @Test func `numbers are digested as their bytes, the lowest first`() {
    var digest = SHA256()
    digest.update(numbers: [1, -2.5, 0.1, .infinity])
    #expect(
      digest.finalize()
        == bytes("4e075bd3e7ed50b1e3d5d1ebe204e941265cf918d259891ab7208f810e05af83"))
  }

  /// What the digest is over, so that another program can find it again from a model's file.
  @Test func `a model's digest is that of its tensors' names, lengths and numbers`() throws {
    let model = try integrate(
      smallCells(count: 40, genes: 6), options: IntegrationTests.options(visits: 64)
    ).model
    var message = Data()
    for tensor in model.network.parameters + model.network.statistics {
      let lengths = tensor.shape.map(String.init).joined(separator: ",")
      message += Data("\(tensor.name)\0\(lengths)\0".utf8)
      for value in tensor.values {
        for shift in [0, 8, 16, 24] {
          message.append(UInt8(truncatingIfNeeded: value.bitPattern >> UInt32(shift)))
        }
      }
    }
    var digest = SHA256()
    digest.update([UInt8](message))
    #expect(digest.finalize() == bytes(model.digest))
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
            genes: result.model.genes, batches: result.model.batches, network: changed
          ).digest)
      }
    }
    #expect(seen.count == 1 + network.parameters.count + network.statistics.count)
  }
}

/// The bytes that digits of base 16 stand for.
private func bytes(_ digits: String) -> [UInt8] {
  stride(from: 0, to: digits.count, by: 2).compactMap { start in
    UInt8(digits.dropFirst(start).prefix(2), radix: 16)
  }
}
