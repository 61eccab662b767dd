import Foundation
import Testing
import TestSupport
@testable import CellFiles

/// Options that select what a file does not have.
@Suite struct MatrixSelectionTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private static func path(_ name: String) -> String {
    TestFiles.fixtures.appending(path: "formats/\(name)").path
  }

  @Test(arguments: [
    ("zarr.h5ad", "genome"), ("zarr.h5ad", "modality"), ("zarr.h5ad", "type"), ("v3.zarr", "type"),
    ("v2.zarr", "modality"), ("mudata.zarr.zip", "genome"), ("mudata.zarr.zip", "type"),
  ])
  func `what no file of the format has is refused, and not ignored`(
    name: String, option: String
  ) throws {
    let path = Self.path(name)
    var options = ReadingOptions()
    let expected: CellFileError
    switch option {
    case "genome":
      options.genome = "hg38"
      expected = .noSuchGenome(path: path, genome: "hg38", genomes: [])
    case "modality":
      options.modality = "prot"
      expected = .noSuchModality(path: path, modality: "prot", modalities: [])
    default:
      options.featureType = "Peaks"
      expected = .noSuchFeatureType(path: path, featureType: "Peaks", featureTypes: [])
    }
    #expect(throws: expected) { try CellFile(readingAt: path, options: options) }
    // What is the default anyway may be given.
    options = ReadingOptions()
    options.featureType = ReadingOptions.usualType
    options.requiresType = true
    #expect(try CellFile(readingAt: path, options: options).geneCount > 0)
  }

  @Test func `a matrix of 10x has no layers`() throws {
    let path = TestFiles.root.appending(path: "sample-data/lab_a.h5").path
    var options = ReadingOptions()
    options.layer = "counts"
    #expect(throws: CellFileError.noSuchLayer(path: path, layer: "counts", layers: [])) {
      try CellFile(readingAt: path, options: options)
    }
    (options.layer, options.useRaw) = (nil, true)
    #expect(throws: CellFileError.noRaw(path: path)) {
      try CellFile(readingAt: path, options: options)
    }
    (options.useRaw, options.modality) = (false, "rna")
    let error = CellFileError.noSuchModality(path: path, modality: "rna", modalities: [])
    #expect(throws: error) { try CellFile(readingAt: path, options: options) }
    #expect(error.description == "'\(path)' has no modalities; leave out `modality = rna`")
    #expect(
      CellFileError.noSuchFeatureType(path: "a", featureType: "Peaks", featureTypes: []).description
        == "'a' names no types of features; leave out `featureType = Peaks`")
  }

  @Test func `files without what others have are read as they are, with a notice`() throws {
    let paths = [
      TestFiles.root.appending(path: "sample-data/lab_a.h5").path, Self.path("v3.zarr"),
    ]
    var options = ReadingOptions()
    options.layer = "csc"
    let files = try SampleSheet(paths: paths).open(options: options)
    #expect(
      files[0].notices.first
        == "'\(paths[0])' has no layers such as 'csc'; all that it holds is read")
    #expect(files[1].matrixName == "layers/csc")
    #expect(throws: CellFileError.noSuchLayer(path: paths[0], layer: "csc", layers: [])) {
      try SampleSheet(paths: [paths[0]]).open(options: options)
    }
    // No file has modalities.
    options = ReadingOptions()
    options.modality = "rna"
    #expect(throws: CellFileError.self) { try SampleSheet(paths: paths).open(options: options) }
  }

  @Test func `features of several types in one AnnData are told`() throws {
    let path = folder.path("x.h5ad")
    var genes = DataFrame(names: ["g1", "g2", "g3", "p1"])
    genes["feature_types"] = .categorical(
      codes: [0, 0, 0, 1], categories: ["Gene Expression", "Antibody Capture"], ordered: false)
    func write() throws {
      try writeAnnData(
        to: path, cells: DataFrame(names: ["c1", "c2"]), genes: genes,
        matrix: MatrixInMemory(
          starts: [0, 2, 3], columns: [0, 3, 1], values: [1, 2, 3] as [Float], geneCount: 4),
        storedAs: Float.self)
    }
    try write()
    #expect(
      try CellFile(readingAt: path).notices == [
        "'\(path)' holds features of several types (column 'feature_types' of 'var': 3 of 'Gene "
          + "Expression', 1 of 'Antibody Capture'), and all are read together; to integrate those of "
          + "one type, write a file with these alone"
      ])
    var options = ReadingOptions()
    options.featureType = "Antibody Capture"
    let error = CellFileError.typesTogether(
      path: path, featureType: "Antibody Capture",
      types: ["3 of 'Gene Expression'", "1 of 'Antibody Capture'"])
    #expect(throws: error) { try CellFile(readingAt: path, options: options) }
    #expect(
      error.description
        == "'\(path)' holds features of several types (3 of 'Gene Expression', 1 of 'Antibody "
        + "Capture'), which are always read together; write a file with those of 'Antibody Capture' "
        + "alone")
    options.featureType = "Peaks"
    #expect(
      throws: CellFileError.noSuchFeatureType(
        path: path, featureType: "Peaks", featureTypes: ["Antibody Capture", "Gene Expression"])
    ) { try CellFile(readingAt: path, options: options) }
    genes["feature_types"] = .strings([String](repeating: "Antibody Capture", count: 4))
    try write()
    options.featureType = "Antibody Capture"
    let file = try CellFile(readingAt: path, options: options)
    #expect(file.notices.isEmpty && file.proteinEvidence != nil)
  }
}
