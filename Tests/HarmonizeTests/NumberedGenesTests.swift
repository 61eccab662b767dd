import CellFiles
import HDF5
import Testing
import TestSupport
@testable import CountData
@testable import Integration

/// Mapping and inspecting files whose genes or features are called by something else.
@Suite struct NumberedGenesTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// Writes cells under row numbers, with their names in a column, or without.
  private func write(_ cells: CellDataset, to name: String, column: String?) throws -> String {
    let path = folder.path(name)
    var genes = DataFrame(names: cells.genes.indices.map(String.init))
    if let column { genes[column] = .strings(cells.genes) }
    try writeAnnData(
      to: path, cells: DataFrame(names: cells.names), genes: genes,
      matrix: cells.parts[0].matrix, storedAs: Float.self)
    return path
  }

  @Test func `cells with numbered genes are mapped by a column, or not at all`() throws {
    let cells = MappingTests.shuffled(smallCells())
    let (model, _) = try MappingTests.model()
    let named = try write(cells, to: "named.h5ad", column: "gene_name")
    let query = try CellDataset(query: SampleSheet(paths: [named]), for: model)
    #expect(query.genes == cells.genes)
    #expect(try model.map(query).record.genesFound == model.trained.genes.count)
    let nameless = try write(cells, to: "nameless.h5ad", column: nil)
    let error = #expect(throws: CellFileError.self) {
      _ = try CellDataset(query: SampleSheet(paths: [nameless]), for: model)
    }
    #expect(error.map { "\($0)" }?.contains("has no gene names, only '0', '1', …") == true)
  }

  @Test func `placeholders of new cells are no genes of the model`() throws {
    let cells = smallCells()
    let (model, _) = try MappingTests.model(
      CellDataset(
        cells.parts[0].matrix, names: cells.names,
        genes: ["NA"] + cells.genes.dropFirst(), batches: cells.batches))
    let query = try QueryCells(
      CellDataset(
        cells.parts[0].matrix, names: cells.names,
        genes: ["NA"] + cells.genes.dropFirst(), batches: cells.batches), for: model)
    let used = model.trained.genes.contains("NA") ? 1 : 0
    #expect(query.found == model.trained.genes.count - used)
  }

  @Test func `an inspection of many types reads the matrix once and lists twenty`() throws {
    let types = ["Gene Expression"] + (10..<40).map { "Panel \($0)" }
    let counts = madeCounts(cells: 9, genes: 62).map { $0.map { $0 + 1 } }
    let path = folder.path("types.h5")
    let file = try File(creatingAt: path)
    try file.writeTenX(
      counts, names: (0..<62).map { "g\($0)" },
      ids: (0..<62).map { "E\($0)" }, types: (0..<62).map { types[$0 % 31] })
    try file.close()
    let inspection = try Inspection(of: [path])
    let found = inspection.files[0]
    #expect(found.featureTypes == types.sorted() && found.matrices.count == 31)
    #expect(found.genes == 2 && found.matrices.allSatisfy { $0.values == "counts" })
    #expect(found.matrices[1].options == "`featureType = 'Panel 10'`")
    let text = inspection.description
    #expect(text.contains(", Panel 28, and 11 more\n"))
    #expect(text.contains("    … 11 more; `json` lists them"))
    #expect(!text.contains("Panel 29"))
  }

  @Test func `an inspection lists a hundred columns`() throws {
    var obs = DataFrame(names: ["a", "b"])
    for number in 0..<130 { obs["column\(number)"] = .integers([1, 2]) }
    try writeAnnData(
      to: folder.path("wide.h5ad"), cells: obs, genes: DataFrame(names: ["g"]),
      matrix: MatrixInMemory(dense: [1, 2], geneCount: 1), storedAs: Float.self)
    let text = try Inspection(of: [folder.path("wide.h5ad")]).description
    #expect(text.contains("column99") && !text.contains("column100"))
    #expect(text.contains("    … 30 more; `json` lists them"))
  }
}
