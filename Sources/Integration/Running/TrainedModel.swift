internal import Support
package import NeuralNet

/// The result of a training: a network with the names of its genes and batches.
///
///     let model = result.model
///     let proportions = try model.network.decode(latent, as: model.batch(named: "lab_a"))
package struct TrainedModel: Sendable {
  /// The names of the network's genes, in the order of its outputs; `(f)`.
  package let genes: [String]

  /// The names of the batches of the training, in the order of their numbers; `(S)`.
  package let batches: [String]

  /// The network, with its frozen statistics.
  package let network: Autoencoder

  /// Makes a model from a network and its names.
  ///
  /// - Parameters:
  ///   - genes: The names of its genes; `(f)`.
  ///   - batches: The names of its batches; `(S)`.
  ///   - network: The network.
  package init(genes: [String], batches: [String], network: Autoencoder) {
    precondition(
      genes.count == network.genes && batches.count == network.batches,
      "\(genes.count) genes and \(batches.count) batches for a network of \(network.genes) "
        + "and \(network.batches)")
    self.genes = genes
    self.batches = batches
    self.network = network
  }

  /// Returns the batch of a name, for decoding.
  ///
  /// - Parameter name: One of ``batches``; `nil` for the average over all of them.
  /// - Returns: The batch for ``Autoencoder/decode(_:from:as:pool:)`` and
  ///   ``IntegrationResult/correctedExpression(of:as:pool:)``.
  /// - Throws: ``HarmonizeError/noSuchSource(name:batches:)``.
  package func batch(named name: String?) throws(HarmonizeError) -> DecodedBatch {
    guard let name else { return .everyBatch }
    return .batch(try number(ofBatch: name, among: batches))
  }
}

extension TrainedModel {
  /// The SHA-256 of all parameters and running statistics, as 64 hexadecimal digits.
  ///
  /// It covers each tensor in the network's order: the name, a zero byte, the lengths as
  /// comma-separated text, a zero byte, and the numbers as little-endian floats. Two models with
  /// the same digest give every cell the same latent mean.
  package var digest: String {
    var digest = SHA256()
    for tensor in network.parameters + network.statistics {
      digest.update([UInt8](tensor.name.utf8))
      digest.update([0])
      digest.update([UInt8](tensor.shape.map { "\($0)" }.joined(separator: ",").utf8))
      digest.update([0])
      digest.update(numbers: tensor.values)
    }
    return digest.finalize().map { byte in
      (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }.joined()
  }
}

extension SHA256 {
  /// Adds numbers, each as four bytes, the lowest byte first.
  mutating func update(numbers: [Float]) {
    let words = numbers.map { $0.bitPattern.littleEndian }
    unsafe words.withUnsafeBytes { unsafe update([UInt8]($0)) }
  }
}

/// Returns the index of a batch by its name.
///
/// - Throws: ``HarmonizeError/noSuchSource(name:batches:)``.
func number(ofBatch name: String, among batches: [String]) throws(HarmonizeError) -> Int {
  guard let number = batches.firstIndex(of: name) else {
    throw .noSuchBatch(name: name, batches: batches)
  }
  return number
}
