internal import ArgumentParser
internal import Harmonize

/// `scharmonize certify`: bound the changes of a saved model's latent space.
struct Certify: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Certify a bound on the changes of a model's latent space.",
    discussion: """
      Computes a Lipschitz constant L of the encoder: the latent means mu move by at most L for \
      each unit by which the input y = log(1 + 10⁴ x / t) moves, both in the l2 norm. Trained \
      batch norm is a fixed affine map and is folded into the weights. L is the product of upper \
      bounds of the layers' largest singular values, rounded up. Layer and group norm have no such \
      bound and are refused.

      The certificate identifies the model by the SHA-256 of all of its parameters and running \
      statistics. '--verify' computes the certificate again, and fails if it differs from the one \
      in the file.

      A cell's total t is assumed to be fixed. The certificate does not cover decoding, alignment \
      and the embedding, and does not apply to statistics adapted to new cells.

      Examples:
      scharmonize certify model.h5 --json certificate.json
      scharmonize certify model.h5 --verify certificate.json
      """)

  @Argument(
    help: ArgumentHelp("Model written by 'integrate --model'.", valueName: "model"),
    completion: .file(extensions: ["h5"]))
  var model: String

  @Option(
    help: ArgumentHelp(
      "Write the certificate as JSON; '-' for standard output.", valueName: "file"),
    completion: .file(extensions: ["json"]))
  var json: String?

  @Option(
    help: ArgumentHelp(
      "Compare the model with the certificate in this file, and fail if they differ; '-' for "
        + "standard input.",
      valueName: "certificate"),
    completion: .file(extensions: ["json"]))
  var verify: String?

  @OptionGroup(title: "Resources")
  var resources: ThreadArguments

  @OptionGroup(title: "Logging")
  var logging: LoggingArguments

  func run() throws {
    let inputs = [model] + (verify.map { [$0] } ?? [])
    if let json { try Certificate.checkWritable(json, inputs: inputs) }
    let known = try verify.map(Certificate.init(readingAt:))
    let model = try Model(readingAt: model, threads: resources.count())
    let certificate = try Certificate(of: model)
    try known?.verify(certificate)
    if let json { try AtomicOutput.write(certificate.json(), to: json) }
    guard json != "-" else { return }
    try printResult(
      known == nil
        ? FlagNames.sentence(certificate.description) : "the model matches the certificate")
  }
}
