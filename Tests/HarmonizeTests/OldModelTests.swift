import CellFiles
import Foundation
import Harmonize
import Integration
import NeuralNet
import Testing
import TestSupport

/// A model that version 0.1.0 wrote, in format 1.
///
/// It was made by `scharmonize simulate -o cells.h5ad --cells 80 --genes 40 --sources 2 --cell-types 2
/// --seed 1` and `scharmonize cells.h5ad -o out.npy --model model.h5 --label-key cell_type
/// --visits 3000 --hidden 8 --latent 4 --components 4 --clusters 2`.
@Suite struct OldModelTests {
  private static let path = TestFiles.root.appending(path: "Tests/Fixtures/models/model-0.1.0.h5")
    .path
  private static let cells =
    TestFiles.root.appending(path: "Tests/Fixtures/models/cells-0.1.0.h5ad").path

  @Test func `the training's cells are where 0.1.0 put them, and have their labels`() throws {
    let model = try Model(readingAt: Self.path)
    #expect(model.trained.batches == ["source1", "source2"])
    let query = try CellDataset(query: SampleSheet(paths: [Self.cells]), for: model)
    let mapping = try model.map(query)
    #expect(mapping.latent.count == 80)
    for (now, then) in zip(mapping.latent.values, model.reference.latent.values) {
      #expect(abs(now - then) < 1e-5)
    }
    let types = try CellFile(readingAt: Self.cells).column("cell_type").labels()
    let labels = try #require(model.reference.labels)
    #expect(labels.key == "cell_type")
    #expect(labels.ofCell.map { labels.names[Int($0)] } == types.compactMap(\.self))
    #expect(mapping.labels?.names == labels.names)
  }

  @Test func `its certificate is that of 0.1.0`() throws {
    let certificate = try Certificate(of: Model(readingAt: Self.path))
    #expect(abs(certificate.lipschitz - 0.813207) < 1e-6)
  }
}
