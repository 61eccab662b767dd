package import Support

/// A norm over all units of each cell.
struct LayerNorm: NormWithinCells {
  func description(in options: AutoencoderOptions, comparesPopulations: Bool) -> NormDescription {
    NormDescription("layer normalization", .layerNorm)
  }
}

extension Publication {
  package static let layerNorm = Publication(
    "Ba et al. 2016",
    "Ba JL, Kiros JR, Hinton GE. Layer normalization. arXiv (2016).",
    "https://arxiv.org/abs/1607.06450")
}
