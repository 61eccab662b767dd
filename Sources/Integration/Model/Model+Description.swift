internal import NeuralNet
internal import Numerics
internal import Support

extension Model: CustomStringConvertible {
  /// The sizes of the network and of its reference, and the labels; up to two lines.
  public var description: String {
    let network = trained.network
    var lines = [
      "model of \(counted(reference.names.count, "cell")) of "
        + "\(counted(trained.batches.count, "batch")): \(counted(network.genes, "gene")), "
        + "\(counted(network.options.latent, "latent dimension")), "
        + "\(counted(reference.embedding.dimensions, "dimension")) of the embedding"
    ]
    if let labels = reference.labels {
      lines.append("\(counted(labels.names.count, "label")) of '\(labels.key)'")
    }
    return lines.joined(separator: "\n")
  }
}
