internal import Numerics
internal import Support
package import NeuralNet

/// A certificate of a Lipschitz bound of a model's encoder.
///
/// For any two inputs `y` and `y'` of a cell, `(f)`,
///
///     ‖mu(y) − mu(y')‖₂ ≤ L ‖y − y'‖₂
///
/// where `mu` is the encoder with its frozen statistics. A trained norm over cells is a fixed
/// affine map, so it is folded into the weights before it, `W' = diag(gamma / √(var + eps)) W`.
/// ReLU does not increase distances, and dropout is off. The Lipschitz constant of a layer is
/// therefore at most the largest singular value of `W'`; for a residual block `h + ReLU(norm(Wh))`
/// it is one plus that. The bound of the whole encoder is the product:
///
///     L = Π ‖W'_l‖₂,  or 1 + ‖W'_l‖₂ for a residual block
///
/// Each norm is an upper bound that includes rounding (`spectralNormBound` of the kernels), and the
/// product is rounded up. It has the same bits on every machine.
///
///     let certificate = try Certificate(of: model)
///     try certificate.json().write(to: url)
///     try Certificate(readingAt: "certificate.json").verify(Model(readingAt: "model.h5"))
///
/// The certificate does not cover three things. A cell's total `t` is fixed, so the bound is about
/// `y`, not about counts. Decoding and alignment, which follow `mu`, are not included. Statistics
/// adapted to new cells define another function. The bound holds in exact arithmetic: the network's
/// single precision adds an error of about a millionth of `mu`.
public struct Certificate: Equatable, Sendable, Codable {
  /// A linear map of the encoder, with its bound.
  package struct Layer: Equatable, Sendable, Codable {
    /// The name among the parameters, such as `encoder.0`.
    package let name: String

    /// The number of inputs.
    package let inputs: Int

    /// The number of outputs.
    package let outputs: Int

    /// A flag that is true if the layer's input is added to its output.
    package let residual: Bool

    /// The bound of the largest singular value with the following norm folded in: one for each of
    /// ``Certificate/statistics``, or a single one without a norm.
    package let norms: [Double]

    /// Returns the factor of the layer in `L`.
    ///
    /// - Parameter row: The index of the statistics.
    /// - Returns: The norm; for a residual block, one plus the norm.
    func factor(_ row: Int) -> Double {
      let norm = norms.count == 1 ? norms[0] : norms[row]
      return residual ? (1 + norm).nextUp : norm
    }
  }

  /// The version of the format.
  package let format: Int

  /// The version of scharmonize that made it.
  package let version: String

  /// The SHA-256 of all parameters and running statistics, ``TrainedModel/digest``.
  package let digest: String

  /// The transformation of a value to the input `y`: `log1p` for `log(1 + 10⁴ x / t)`, `log1p-size` for
  /// that with the cell's size factor as `t`,
  /// `tf-idf` for that times the weight of a peak, or `standardized` for `x` divided by its gene's standard
  /// deviation.
  package let input: String

  /// The normalization of the encoder.
  package let norm: Normalization

  /// The statistics that the encoder can use: with ``Normalization/batch`` those of each batch and
  /// of the mixture; otherwise the mixture's, or none.
  package let statistics: [String]

  /// The linear maps from `y` to `mu`, in order.
  package let layers: [Layer]

  /// The bound `L`, the largest over all statistics, in ℓ2 units of `mu` per unit of `y`.
  public let lipschitz: Double

  /// The version of the format that is written, and the latest that can be read.
  package static let formatVersion = 1

  /// Certifies a model.
  ///
  /// - Parameter model: The model.
  /// - Throws: `CategorizedError` if its encoder has layer or group norm, or a layer is not finite.
  public init(of model: Model) throws {
    guard let network = model.network?.network else { throw CertificateError.noNetwork }
    norm = network.options.encoderNorm
    guard let folded = network.foldedEncoder else { throw CertificateError.noBound(norm: norm) }
    format = Self.formatVersion
    version = scharmonizeVersion
    digest = model.trained.digest
    input =
      model.deviations != nil
      ? "standardized"
      : model.peakWeights != nil ? "tf-idf" : model.sizeFactorKey != nil ? "log1p-size" : "log1p"
    statistics =
      !network.encoderHasStatistics
      ? ["none"]
      : (folded[0].scales.count > 1 ? model.trained.batches : []) + ["mixture"]
    let bounds = ThreadPool(threads: model.threads).map(folded.count) { number in
      let layer = folded[number]
      return Layer(
        name: layer.name, inputs: layer.inputs, outputs: layer.outputs, residual: layer.isResidual,
        norms: layer.scales.indices.map {
          spectralNormBound(
            of: layer.matrix(scaledBy: $0), rows: layer.inputs, columns: layer.outputs)
        })
    }
    layers = bounds
    let products = statistics.indices.map { row in
      bounds.dropFirst().reduce(bounds[0].factor(row)) { ($0 * $1.factor(row)).nextUp }
    }
    lipschitz = products.max() ?? .infinity
    for layer in bounds where !layer.norms.allSatisfy(\.isFinite) {
      throw CertificateError.notFinite(layer: layer.name)
    }
    guard products.allSatisfy(\.isFinite) else {
      throw CertificateError.notFinite(layer: bounds[0].name)
    }
  }

  /// Recomputes the certificate from a model, and compares it to the last bit.
  ///
  /// - Parameter model: The model.
  /// - Throws: `CategorizedError` if its parameters, its statistics, a layer's norm
  ///   or `L` differ from the certificate; errors of ``init(of:)``.
  public func verify(_ model: Model) throws {
    try verify(Certificate(of: model))
  }

  /// Compares a recomputed certificate to the last bit.
  ///
  /// - Parameter found: The certificate of a model, as computed now.
  /// - Throws: ``CertificateError/differs(_:)``.
  package func verify(_ found: Certificate) throws {
    var differences: [String] = []
    func compare<Value: Equatable>(_ what: String, _ found: Value, _ certified: Value) {
      guard found != certified else { return }
      differences.append("\(what): \(found), certified \(certified)")
    }
    compare("SHA-256 of parameters and statistics", found.digest, digest)
    compare("input", found.input, input)
    compare("encoder norm", found.norm.spelling, norm.spelling)
    compare("statistics", found.statistics, statistics)
    compare("layers", found.layers.map(\.shape), layers.map(\.shape))
    for (own, certified) in zip(found.layers, layers) {
      compare("norm of '\(own.name)'", own.norms.text, certified.norms.text)
    }
    compare("L", found.lipschitz, lipschitz)
    guard differences.isEmpty else { throw CertificateError.differs(differences) }
  }
}

extension Certificate.Layer {
  /// The shape of the layer in words.
  fileprivate var shape: String {
    "\(name) \(inputs) → \(outputs)\(residual ? ", residual" : "")"
  }
}

extension [Double] {
  /// The numbers with all of their digits.
  fileprivate var text: String { map { "\($0)" }.joined(separator: ", ") }
}
