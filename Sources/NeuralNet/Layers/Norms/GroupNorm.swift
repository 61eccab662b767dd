package import Support

/// A norm over sixteen groups of the units of each cell, or the largest divisor of the width below.
struct GroupNorm: NormWithinCells {
  func groups(units: Int) -> Int { (1...16).last { units % $0 == 0 } ?? 1 }

  func description(in options: AutoencoderOptions, comparesPopulations: Bool) -> NormDescription {
    NormDescription("group normalization", .groupNorm)
  }
}

extension Publication {
  package static let groupNorm = Publication(
    "Wu and He 2018",
    "Wu Y, He K. Group normalization. European Conference on Computer Vision (2018).",
    "https://arxiv.org/abs/1803.08494")
}
