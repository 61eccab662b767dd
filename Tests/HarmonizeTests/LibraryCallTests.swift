import Foundation
import Harmonize
import Testing
import TestSupport

/// The calls that the README and the article on the library show, with the same words.
@Suite struct LibraryCallTests {
  @Test func `a few lines integrate a file, and place cells with the model`() throws {
    let folder = try TemporaryFolder()
    let cellsPath = folder.path("cells.h5ad")
    let harmonizedPath = folder.path("harmonized.h5ad")
    var simulation = SimulationOptions()
    (simulation.cells, simulation.genes) = (60, 40)
    try Simulation(simulation).writeAnnData(to: cellsPath)
    var options = IntegrationOptions()
    options.training.visits = 640

    // As in the README, but for the paths, the key, and the few visits.
    let cells = try CellDataset(readingAt: [cellsPath], batchKey: "batch")
    var result = try integrate(cells, options: options)
    #expect(result.embedding[0].count == 20)  // the first cell's coordinates
    try Destination(harmonizedPath, inputs: [cellsPath]).write(&result, of: cells)
    let modelPath = folder.path("model.h5")
    try Model(result, of: cells).write(to: modelPath)

    let written = try CellFile(readingAt: harmonizedPath)
    #expect(Array(written.cellNames) == cells.names)

    let model = try Model(readingAt: modelPath)
    let query = try CellDataset(query: SampleSheet(paths: [cellsPath]), for: model)
    let mapping = try model.map(query)
    let mappedPath = folder.path("mapped.h5ad")
    try Destination(mappedPath, inputs: [cellsPath]).write(mapping, of: query)
    #expect(mapping.latent == result.latent)
    #expect(try Array(CellFile(readingAt: mappedPath).cellNames) == cells.names)
  }
}
