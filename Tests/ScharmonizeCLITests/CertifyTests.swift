import CellFiles
import Foundation
import HDF5
import Testing
import TestSupport

/// What a user gets from `scharmonize certify` and from `map --certified-radius`.
@Suite struct CertifyTests {
  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    var rows = madeCounts(cells: 40, genes: 10, seed: 1)
    for cell in rows.indices { rows[cell][0] += 1 }
    let file = try File(creatingAt: folder.path("cells.h5ad"))
    try file.writeAnnData(rows, batches: (0..<40).map { $0 % 2 == 0 ? "a" : "b" })
    try file.close()
    try train("model.h5", ["--label-key", "batch"])
  }

  private func train(_ model: String, _ arguments: [String]) throws {
    let outcome = try run(
      ["cells.h5ad", "-o", "r.h5ad", "--model", model] + arguments + IntegrateTests.fast)
    #expect(outcome.status == 0, "\(outcome.error)")
  }

  private func run(_ arguments: [String]) throws -> Program.Outcome {
    try Program.run(arguments, in: folder.url)
  }

  @Test func `the report says what is certified and what is not`() throws {
    let outcome = try run(["certify", "model.h5", "--json", "c.json"])
    #expect(outcome.status == 0 && outcome.error == "", "\(outcome.error)")
    let text = try String(contentsOf: folder.url.appending(path: "c.json"), encoding: .utf8)
    struct Certificate: Decodable {
      struct Layer: Decodable { var norms: [Double] }
      var digest: String
      var lipschitz: Double
      var layers: [Layer]
    }
    let certificate = try JSONDecoder().decode(Certificate.self, from: Data(text.utf8))
    let digest = certificate.digest
    let product = certificate.layers[0].norms[0] * certificate.layers[1].norms[0]
    #expect(certificate.lipschitz == product.nextUp, "\(text)")
    let lines = outcome.output.split(separator: "\n", omittingEmptySubsequences: false)
      .map(String.init)
    #expect(lines[0].hasPrefix("L = "))
    #expect(lines.contains { $0.hasPrefix("  encoder.0     10 -> ") })
    #expect(lines.contains { $0.hasPrefix("  encoder.mu    ") })
    #expect(lines.contains("SHA-256 of all parameters and statistics: \(digest)"))
    let start = try #require(lines.firstIndex(of: "The bound does not cover:"))
    #expect(
      lines[start...].joined(separator: "\n") == """
        The bound does not cover:
        - Changes of a cell's total t, which is taken as given. A count that changes t changes every y
          of its cell.
        - The steps after mu: decoding, alignment and the embedding.
        - Adapted statistics ('map --statistics adapted'), which change the function.
        - Rounding in single precision, about a millionth of mu.

        """)
    let printed = try run(["certify", "model.h5", "--json", "-"])
    #expect(printed.output == text)
  }

  @Test func `a model is verified, and not with one bit of a statistic changed`() throws {
    #expect(try run(["certify", "model.h5", "--json", "c.json"]).status == 0)
    let good = try run(["certify", "model.h5", "--verify", "c.json"])
    #expect(good.status == 0)
    #expect(good.output == "the model matches the certificate\n")

    let name = "network/statistics/encoder.0.norm.mean"
    let file = try File(editingAt: folder.path("model.h5"))
    var values = try file.read(name, as: Float.self)
    values[0] = Float(bitPattern: values[0].bitPattern ^ 1)
    try file.delete(name)
    try file.write(values, at: name, shape: [1, values.count])
    try file.close()
    let damaged = try run(["certify", "model.h5", "--verify", "c.json"])
    #expect(damaged.status == 65)
    let found = try #require(damaged.error.firstMatch(of: #/its digest is (\w+), not (\w+);/#))
    // The one who changed it makes the file's own digest fit.
    let again = try File(editingAt: folder.path("model.h5"))
    try again.setAttribute("digest", of: "/", to: .string(String(found.1)))
    try again.close()
    #expect(try run(["certify", "model.h5"]).status == 0)
    let changed = try run(["certify", "model.h5", "--verify", "c.json"])
    #expect(changed.status == 65 && changed.output == "")
    #expect(
      changed.error
        == "Error: the model is not the certified one: SHA-256 of parameters and statistics: "
        + "\(found.1), certified \(found.2); give the certified model, or certify this one\n")
  }

  @Test func `labels and radii are written beside the cells`() throws {
    let outcome = try run(
      [
        "map", "model.h5", "cells.h5ad", "-o", "out.h5ad", "--certified-radius", "--n-neighbors",
        "3",
      ])
    #expect(outcome.status == 0, "\(outcome.error)")
    #expect(outcome.error.contains("labels in the latent space have a certified radius for "))
    let file = try CellFile(readingAt: folder.path("out.h5ad"))
    let labels = try file.column("scharmonize_mu_label").labels().compactMap(\.self)
    #expect(labels.count == 40 && Set(labels).isSubset(of: ["a", "b", "unknown"]))
    guard case .floats(let radius) = try file.column("scharmonize_radius") else {
      Issue.record("no radius")
      return
    }
    #expect(radius.allSatisfy { $0 >= 0 } && radius.contains { $0 > 0 })
  }

  private static let refusals: [(Int32, [String], String)] = [
    (
      64, ["map", "model.h5", "cells.h5ad", "-o", "o.h5ad", "--statistics", "adapted"],
      "'--certified-radius' cannot be combined with '--statistics adapted': the certificate covers "
        + "the encoder with its frozen statistics only; leave one of the two out"
    ),
    (
      64, ["map", "model.h5", "cells.h5ad", "-o", "o.csv"],
      "'--certified-radius' is written to 'obs', which 'o.csv' does not have; name an output that "
        + "ends in .h5ad"
    ),
  ]

  @Test(arguments: refusals)
  func `radii that can't be had are refused`(
    status: Int32, arguments: [String], message: String
  ) throws {
    let outcome = try run(arguments + ["--certified-radius", "--quiet"])
    #expect(outcome.status == status)
    #expect(outcome.error == "Error: \(message)\n")
  }

  @Test func `what can't be certified is refused`() throws {
    try train("layer.h5", ["--encoder-norm", "layer"])
    let outcome = try run(["certify", "layer.h5"])
    #expect(outcome.status == 65 && outcome.output == "")
    #expect(
      outcome.error
        == "Error: the model cannot be certified: its encoder has layer norm, which divides by each "
        + "cell's own deviation, so no useful bound holds for all cells; train it with "
        + "'--encoder-norm batch', 'per-batch' or 'none'\n")
    #expect(try run(["certify", "cells.h5ad"]).status == 65)
    #expect(try run(["certify", "none.h5"]).status == 66)
    #expect(try run(["certify", "model.h5", "--verify", "none.json"]).status == 66)
    #expect(try run(["certify", "model.h5", "--verify", "model.h5"]).status == 65)
    #expect(try run(["certify", "model.h5", "--json", "model.h5"]).status == 64)
    #expect(try run(["certify", "model.h5", "--json", "none/c.json"]).status == 73)
  }
}
