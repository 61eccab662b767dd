internal import ArgumentParser
internal import Harmonize

/// `scharmonize certify`: bound the changes of a saved model's latent space.
struct Certify: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Certify how far a saved model's latent space can move with its input.",
    discussion: """
      Finds a number L that no input can beat: the latent means mu move by at most L for each unit \
      that the input y = log(1 + 10⁴ x / t) moves, both in l2. Trained batch norm is a fixed affine \
      map, so it is folded into the weights, and L is the product of upper bounds of the layers' \
      largest singular values, rounded up. Layer and group norm have no such bound and are refused.

      The certificate names the model by the SHA-256 of all of its parameters and running \
      statistics. '--verify' finds everything again and fails where anything differs from what was \
      certified.

      A cell's total t is taken as given. Decoding, alignment and the embedding are outside, and \
      statistics adapted to new cells void the certificate.

      Examples:
      scharmonize certify model.h5 --json certificate.json
      scharmonize certify model.h5 --verify certificate.json
      """)

  @Argument(
    help: ArgumentHelp("The model, as 'integrate --model' wrote it.", valueName: "model"),
    completion: .file(extensions: ["h5"]))
  var model: String

  @Option(
    help: ArgumentHelp(
      "Write the certificate as JSON; '-' for standard output.", valueName: "file"),
    completion: .file(extensions: ["json"]))
  var json: String?

  @Option(
    help: ArgumentHelp(
      "Check the model against the certificate in this file, and fail where they differ; '-' "
        + "for standard input.",
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
        ? FlagNames.sentence(certificate.description) : "the model is the one that was certified")
  }
}
