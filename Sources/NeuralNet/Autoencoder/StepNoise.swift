import Numerics

/// The random numbers of one training step.
package struct StepNoise: Sendable {
  private enum Origin: Sendable {
    case seed(UInt64)
    case given(latent: [Float], dropout: [[Float]])
  }

  private let origin: Origin

  /// Makes the numbers of step `step` for a run's seed.
  ///
  /// Each shard of cells has a separate stream, so the order of drawing does not matter.
  package init(seed: UInt64, step: Int) {
    origin = .seed(streamSeed(streamSeed(seed, 0x4E6F_6973_65), UInt64(step)))
  }

  /// Takes given numbers, for comparison with another implementation.
  ///
  /// - Parameters:
  ///   - latent: Standard normal numbers; `(n, d)`.
  ///   - dropout: The factors of each hidden layer of the encoder, `(n, units)` each; an empty list
  ///     means no dropout. The default is empty.
  package init(latent: [Float], dropout: [[Float]] = []) {
    origin = .given(latent: latent, dropout: dropout)
  }

  /// Fills in the noise of the latent space for some cells.
  func fillLatent(_ out: FloatView, cells: Range<Int>) {
    switch origin {
    case .seed(let seed):
      fillNormals(out, seed: streamSeed(streamSeed(seed, 0), UInt64(cells.lowerBound)))
    case .given(let latent, _):
      copy(latent, cells, into: out)
    }
  }

  /// Fills in the dropout factors of one layer for some cells.
  func fillDropout(_ out: FloatView, layer: Int, cells: Range<Int>, rate: Float) {
    switch origin {
    case .seed(let seed):
      Numerics.fillDropout(
        out, rate: rate,
        seed: streamSeed(streamSeed(seed, UInt64(layer) + 1), UInt64(cells.lowerBound)))
    case .given(_, let dropout) where dropout.isEmpty:
      out.fill(1)
    case .given(_, let dropout):
      copy(dropout[layer], cells, into: out)
    }
  }

  private func copy(_ all: [Float], _ cells: Range<Int>, into out: FloatView) {
    let width = out.count / cells.count
    for k in 0..<out.count { out[k] = all[cells.lowerBound * width + k] }
  }
}
