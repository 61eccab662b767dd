import CellFiles
import HDF5
import Testing
import TestSupport

@Suite struct MuDataTests {
  private func open(_ name: String, _ modality: String? = nil) throws -> CellFile {
    var options = ReadingOptions()
    options.modality = modality
    return try CellFile(readingAt: fixture(name), options: options)
  }

  @Test func `the modality of gene expression is chosen, and that is said`() throws {
    let file = try open("two.h5mu")
    #expect(file.format == .h5mu && file.matrixName == "mod/rna/X" && file.geneCount == 11)
    #expect(
      file.notices == [
        "modality 'rna' of '\(fixture("two.h5mu"))' is read; its modalities are prot, rna; choose "
          + "another with `modality`"
      ])
    #expect(try open("two.h5mu", "prot").genes.map(\.name) == ["p1", "p2", "p3"])
    #expect(try open("two.h5mu", "rna").notices == [])
    #expect(try open("single.h5mu").notices == [])
  }

  @Test func `one has to be chosen`() throws {
    let path = fixture("axis1.h5mu")
    #expect(
      throws: CellFileError.severalModalities(path: path, modalities: ["one", "two"])
    ) { try open("axis1.h5mu") }
    #expect(
      "\(CellFileError.severalModalities(path: "x.h5mu", modalities: ["one", "two"]))"
        == "'x.h5mu' holds several modalities; choose one with `modality`: one, two")
    #expect(
      throws: CellFileError.noSuchModality(path: path, modality: "rna", modalities: ["one", "two"])
    ) { try open("axis1.h5mu", "rna") }
    #expect(
      "\(CellFileError.noSuchModality(path: "x.h5mu", modality: "rna", modalities: ["one", "two"]))"
        == "'x.h5mu' has no modality 'rna'; it has: one, two")
  }

  @Test func `columns of the whole belong to the modality's cells`() throws {
    let both = try open("two.h5mu")
    #expect(both.columnNames == ["batch", "donor"])
    #expect(
      try both.column("donor").labels()
        == both.column("batch").labels().map { $0 == "a" ? "x" : "y" })
    // In a file whose rows are in another order than the modality's.
    let uneven = try open("uneven.h5mu")
    #expect(uneven.cellNames.first == "BC23-1" && uneven.cellCount == 20)
    #expect(
      try uneven.column("donor").labels()
        == uneven.cellNames.map { "d\(Int($0.dropFirst(2).prefix(2)) ?? -1)" })
    #expect(try uneven.column("batch").labels().count == 20)
  }

  @Test func `options of the library`() throws {
    var options = ReadingOptions()
    options.modality = "rna"
    options.layer = "counts"
    #expect(
      throws: CellFileError.noSuchLayer(path: fixture("two.h5mu"), layer: "counts", layers: [])
    ) { try CellFile(readingAt: fixture("two.h5mu"), options: options) }
  }
}
