package import Support

/// Plain batch norm over all cells of the minibatch, regardless of their batch.
struct BatchNorm: NormOverCells {
  func description(in options: AutoencoderOptions, comparesPopulations: Bool) -> NormDescription {
    NormDescription("batch normalization", .batchNorm, rest: " over all cells of a minibatch")
  }
}

extension Publication {
  package static let batchNorm = Publication(
    "Ioffe and Szegedy 2015",
    "Ioffe S, Szegedy C. Batch normalization: accelerating deep network training by reducing "
      + "internal covariate shift. International Conference on Machine Learning (2015).",
    "https://arxiv.org/abs/1502.03167")
}
