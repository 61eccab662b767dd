internal import Machine
public import NeuralNet

/// The result of a training: a network with the names of its genes and batches.
///
///     let model = result.model
///     let proportions = try model.network.decode(latent, as: model.source(named: "lab_a"))
public struct TrainedModel: Sendable {
  /// The names of the network's genes, in the order of its outputs; `(f)`.
  public let genes: [String]

  /// The names of the batches of the training, in the order of their numbers; `(S)`.
  public let sources: [String]

  /// The network, with its frozen statistics.
  public let network: Autoencoder

  /// Makes a model from a network and its names.
  ///
  /// - Parameters:
  ///   - genes: The names of its genes; `(f)`.
  ///   - sources: The names of its batches; `(S)`.
  ///   - network: The network.
  public init(genes: [String], sources: [String], network: Autoencoder) {
    precondition(
      genes.count == network.genes && sources.count == network.sources,
      "\(genes.count) genes and \(sources.count) sources for a network of \(network.genes) "
        + "and \(network.sources)")
    self.genes = genes
    self.sources = sources
    self.network = network
  }

  /// Returns the batch of a name, for decoding.
  ///
  /// - Parameter name: One of ``sources``; `nil` for the average over all of them.
  /// - Returns: The batch for ``Autoencoder/decode(_:from:as:)`` and
  ///   ``Integration/correctedExpression(of:as:)``.
  /// - Throws: ``HarmonizeError/noSuchSource(name:sources:)``.
  public func source(named name: String?) throws(HarmonizeError) -> DecodedSource {
    guard let name else { return .everySource }
    return .source(try number(ofSource: name, among: sources))
  }
}

extension TrainedModel {
  /// The SHA-256 of all parameters and running statistics, as 64 hexadecimal digits.
  ///
  /// It covers each tensor in the network's order: the name, a zero byte, the lengths as
  /// comma-separated text, a zero byte, and the numbers as little-endian floats. Two models with
  /// the same digest give every cell the same latent mean.
  public var digest: String {
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
    let words = numbers.map(\.bitPattern.littleEndian)
    unsafe words.withUnsafeBytes { unsafe update([UInt8]($0)) }
  }
}

/// Returns the index of a batch by its name.
///
/// - Throws: ``HarmonizeError/noSuchSource(name:sources:)``.
func number(ofSource name: String, among sources: [String]) throws(HarmonizeError) -> Int {
  guard let number = sources.firstIndex(of: name) else {
    throw .noSuchSource(name: name, sources: sources)
  }
  return number
}
