import Foundation
import HDF5
import TestSupport
import Testing

@Suite struct EvaluateTests {
  static let metrics = [
    "isolated_labels", "kmeans_nmi", "kmeans_ari", "silhouette_label", "clisi", "bras", "ilisi",
    "kbet", "graph_connectivity", "pcr_comparison", "bio_conservation", "batch_correction", "total",
  ]

  let folder: TemporaryFolder

  /// 200 cells of two types and two sources, with an embedding that shows the types and one that
  /// shows the sources.
  init() throws {
    folder = try TemporaryFolder()
    let arguments = ["simulate", "-o", "x.h5ad", "--cells", "200", "--genes", "100"]
    _ = try Program.run(
      arguments + ["--sources", "2", "--cell-types", "2"], in: folder.url)
    let file = try File(editingAt: folder.path("x.h5ad"))
    let types = try file.read("obs/cell_type/codes", as: Float.self)
    let sources = try file.read("obs/batch/codes", as: Float.self)
    for (name, codes) in [("X_types", types), ("X_sources", sources)] {
      var values: [Float] = []
      for (cell, code) in codes.enumerated() {
        values.append(10 * code + Float(cell * 37 % 100) / 100)
        values.append(Float(cell * 53 % 100) / 100)
      }
      try file.write(values, at: "obsm/\(name)", shape: [200, 2])
    }
    try file.close()
  }

  @Test func `several embeddings are scored side by side`() throws {
    let outcome = try Program.run(
      ["evaluate", "x.h5ad", "--embedding", "X_types", "X_sources", "--label-key", "cell_type"]
        + ["--json", "-"], in: folder.url)
    #expect(outcome.status == 0 && outcome.error == "")
    let json = try #require(
      JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: [String: Double]])
    #expect(Set(json.keys) == ["X_types", "X_sources"])
    let types = try #require(json["X_types"])
    let sources = try #require(json["X_sources"])
    #expect(Set(types.keys) == Set(Self.metrics))
    #expect(types["kmeans_ari"] ?? 0 > 0.9)
    #expect(types["ilisi"] ?? 0 > 0.5)
    #expect(sources["ilisi"] ?? 1 < 0.1)
    #expect(types["total"] ?? 0 > sources["total"] ?? 1)
  }

  @Test func `the table names embeddings, mixing and what was kept`() throws {
    let outcome = try Program.run(
      ["evaluate", "x.h5ad", "--embedding", "X_types"], in: folder.url)
    #expect(outcome.status == 0 && outcome.error == "")
    #expect(outcome.output.contains("X_types"))
    #expect(
      outcome.output.contains("Mixing of the batches (0 separate, 1 as their sizes predict):"))
    #expect(
      outcome.output.contains(
        "Neighbourhoods that each batch kept, against principal components of the counts:"))
  }

  @Test func `what is not there is said with what is`() throws {
    let embedding = try Program.run(
      ["evaluate", "x.h5ad", "--embedding", "X_umap"], in: folder.url)
    #expect(embedding.status == 65)
    #expect(
      embedding.error
        == "Error: 'x.h5ad' has no 'X_umap' in 'obsm'; there are: X_sources, X_types\n")
    let label = try Program.run(
      ["evaluate", "x.h5ad", "--embedding", "X_types", "--label-key", "type"], in: folder.url)
    #expect(label.status == 65)
    #expect(
      label.error
        == "Error: 'x.h5ad' has no column 'type' in 'obs'; there are: batch, cell_type\n")
  }
}
