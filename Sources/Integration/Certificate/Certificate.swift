internal import Kernels
internal import Machine
public import NeuralNet

/// How far a model's latent means can move when its inputs do.
///
/// For any two inputs `y` and `y'` of a cell, `(f)`, however far apart,
///
///     ‖mu(y) − mu(y')‖₂ ≤ L ‖y − y'‖₂
///
/// where `mu` is the encoder with its frozen statistics. A trained norm over cells is a fixed
/// affine map, so it is folded into the weights before it, `W' = diag(gamma / √(var + eps)) W`;
/// ReLU moves two numbers no further apart; dropout is off. So a layer moves its outputs by at most
/// the largest singular value of `W'` for each unit that its inputs move, a residual block
/// `h + ReLU(norm(Wh))` by one and that, and all of them by the product:
///
///     L = Π ‖W'_l‖₂,  or 1 + ‖W'_l‖₂ for a residual block
///
/// Each norm is an upper bound that counts rounding in (`spectralNormBound` of the kernels),
/// and the product is rounded up. It is the same bits on every machine.
///
///     let certificate = try Certificate(of: model)
///     try certificate.json().write(to: url)
///     try Certificate(readingAt: "certificate.json").verify(Model(readingAt: "model.h5"))
///
/// What it does not cover: a cell's total `t` is taken as given, so `y` is what moves, not counts;
/// what comes after `mu`, decoding and alignment, is outside; statistics adapted to new cells make
/// another function. It is about numbers as they are on paper: the network's single precision adds
/// about a millionth of `mu`.
public struct Certificate: Equatable, Sendable, Codable {
  /// A linear map on the way, and how far it can move its output.
  public struct Layer: Equatable, Sendable, Codable {
    /// Its name among the parameters, such as `encoder.0`.
    public let name: String

    /// The number of inputs.
    public let inputs: Int

    /// The number of outputs.
    public let outputs: Int

    /// Whether its input is added to its output.
    public let residual: Bool

    /// The bound of its largest singular value, with the norm behind it folded in: by each of
    /// ``Certificate/statistics``, or one number where no norm follows.
    public let norms: [Double]

    /// The factor of the layer in `L`.
    ///
    /// - Parameter row: The number of the statistics.
    /// - Returns: The norm, or one and the norm.
    func factor(_ row: Int) -> Double {
      let norm = norms.count == 1 ? norms[0] : norms[row]
      return residual ? (1 + norm).nextUp : norm
    }
  }

  /// The version of the format.
  public let format: Int

  /// The version of scharmonize that made it.
  public let version: String

  /// The SHA-256 of all parameters and running statistics, ``TrainedModel/digest``.
  public let digest: String

  /// How a value becomes the input `y`: `log1p`, for `log(1 + 10⁴ x / t)`, or `standardized`, for
  /// `x` over its gene's deviation.
  public let input: String

  /// The encoder's norm.
  public let norm: Normalization

  /// Whose statistics the encoder can normalize by: with ``Normalization/source`` those
  /// of each source and of the mixture, else the mixture's, or none.
  public let statistics: [String]

  /// The maps from `y` to `mu`, in their order.
  public let layers: [Layer]

  /// The bound `L`, the largest over all statistics; in units of `mu` per unit of `y`, both ℓ2.
  public let lipschitz: Double

  /// The version of the format that is written, and the latest that is read.
  public static let formatVersion = 1

  /// Certifies a model.
  ///
  /// - Parameter model: The model.
  /// - Throws: ``CertificateError/noBound(norm:)``, where its encoder has layer or group norm;
  ///   ``CertificateError/notFinite(layer:)``.
  public init(of model: Model) throws(CertificateError) {
    let network = model.trained.network
    norm = network.options.encoderNorm
    guard let folded = network.foldedEncoder else { throw .noBound(norm: norm) }
    format = Self.formatVersion
    version = scharmonizeVersion
    digest = model.trained.digest
    input = model.deviations == nil ? "log1p" : "standardized"
    statistics =
      switch norm {
      case .source: model.trained.sources + ["mixture"]
      case .none: ["none"]
      default: ["mixture"]
      }
    let bounds = network.pool.map(folded.count) { number in
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
      throw .notFinite(layer: layer.name)
    }
    guard products.allSatisfy(\.isFinite) else { throw .notFinite(layer: bounds[0].name) }
  }

  /// Finds everything again from a model, and compares it to the last bit.
  ///
  /// - Parameter model: The model.
  /// - Throws: ``CertificateError/differs(_:)``, where its parameters, its statistics, a layer's
  ///   norm or `L` is not what was certified; what ``init(of:)`` throws.
  public func verify(_ model: Model) throws(CertificateError) {
    try verify(Certificate(of: model))
  }

  /// Compares a certificate that was found anew, to the last bit.
  ///
  /// - Parameter found: What a model is certified for now.
  /// - Throws: ``CertificateError/differs(_:)``.
  public func verify(_ found: Certificate) throws(CertificateError) {
    var differences: [String] = []
    func compare<Value: Equatable>(_ what: String, _ found: Value, _ certified: Value) {
      guard found != certified else { return }
      differences.append("\(what) is \(found), and was \(certified)")
    }
    compare("the SHA-256 of its parameters and statistics", found.digest, digest)
    compare("its input", found.input, input)
    compare("its encoder's norm", found.norm.rawValue, norm.rawValue)
    compare("what it has statistics of", found.statistics, statistics)
    compare("its layers", found.layers.map(\.shape), layers.map(\.shape))
    for (own, certified) in zip(found.layers, layers) {
      compare("the norm of '\(own.name)'", own.norms.text, certified.norms.text)
    }
    compare("L", found.lipschitz, lipschitz)
    guard differences.isEmpty else { throw .differs(differences) }
  }
}

extension Certificate.Layer {
  /// What it maps, in words.
  fileprivate var shape: String {
    "\(name) \(inputs) → \(outputs)\(residual ? ", residual" : "")"
  }
}

extension [Double] {
  /// The numbers, each to its last bit.
  fileprivate var text: String { map { "\($0)" }.joined(separator: ", ") }
}
