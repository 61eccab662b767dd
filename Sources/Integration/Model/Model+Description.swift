internal import NeuralNet
internal import Numerics
internal import Support

extension Model: CustomStringConvertible {
  /// The sizes of the network and of its reference, and the labels; up to two lines.
  public var description: String {
    let start =
      "model of \(counted(reference.names.count, "cell")) of \(counted(batches.count, "batch")): "
    var lines: [String]
    if let network = network?.network {
      lines = [
        start + "\(counted(network.genes, "gene")), "
          + "\(counted(network.options.latent, "latent dimension")), "
          + "\(counted(reference.embedding.dimensions, "dimension")) of the embedding"
      ]
    } else {
      lines = [
        start + "\(counted(reference.embedding.dimensions, "dimension")) of '\(space?.name ?? "")'"
      ]
    }
    if let labels = reference.labels {
      lines.append("\(counted(labels.names.count, "label")) of '\(labels.key)'")
    }
    return lines.joined(separator: "\n")
  }
}
