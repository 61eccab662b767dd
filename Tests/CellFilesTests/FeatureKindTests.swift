import CellFiles
import HDF5
import Testing
import TestSupport

/// The signs that tell peaks from genes.
@Suite struct FeatureKindTests {
  @Test(arguments: [
    "chr1:100-200", "chr1-100-200", "chr1_100_200", "chr1:100_200", "GL000194.1:5-77", "X:1-2",
    "HLA-A*01:100-200",
  ])
  func `intervals of the genome`(name: String) {
    #expect(FeatureKind.isInterval(name))
  }

  @Test(arguments: [
    "", "ACTB", "HLA-A", "MIR-17-5", "ENSG00000141510.12", "chr1", "chr1:200-100", "chr1:100-100",
    ":100-200", "100-200", "chr1:100-", "chr1:-200", "chr1:100-20000000000000000000000",
    "RP11-34P13.7", "7-SEP", "NKX2-5",
  ])
  func `other names`(name: String) {
    #expect(!FeatureKind.isInterval(name))
  }

  @Test func `nine of ten names must be intervals`() {
    let peaks = (1...9).map { "chr1:\($0)00-\($0)50" }
    #expect(FeatureKind.interval(among: ["ACTB"] + peaks) == "chr1:100-150")
    #expect(FeatureKind.interval(among: ["ACTB", "MALAT1"] + peaks) == nil)
    #expect(FeatureKind.interval(among: [String]()) == nil)
  }

  @Test func `the modality, the feature type and the names are evidence`() throws {
    let folder = try TemporaryFolder()
    let peaks = (0..<10).map { "chr1:\($0)000-\($0)500" }
    let counts = madeCounts(cells: 6, genes: 10)
    func made(_ name: String, _ write: (borrowing File) throws -> Void) throws -> String {
      let path = folder.path(name)
      let file = try File(creatingAt: path)
      try write(file)
      try file.close()
      return path
    }
    func evidence(_ path: String, type: String? = "Gene Expression", modality: String? = nil) throws
      -> String?
    {
      var options = ReadingOptions()
      (options.featureType, options.modality) = (type, modality)
      return try CellFile(readingAt: path, options: options).peakEvidence
    }
    let tenX = try made("a.h5") { file in
      try file.writeTenX(
        counts, names: (0..<10).map { "p\($0)" }, types: [String](repeating: "Peaks", count: 10))
    }
    #expect(try evidence(tenX, type: "Peaks") == "their type is 'Peaks'")
    let several = try made("b.h5mu") { file in
      for (modality, names) in [("rna", (0..<10).map { "g\($0)" }), ("ATAC", peaks)] {
        try file.writeMatrix(
          counts, at: "mod/\(modality)/X", layout: .csr, of: Float.self)
        try file.writeTable("mod/\(modality)/obs", index: (0..<6).map { "c\($0)" })
        try file.writeTable("mod/\(modality)/var", index: names)
      }
    }
    #expect(try evidence(several, modality: "ATAC") == "the modality is 'ATAC'")
    #expect(try evidence(several, modality: "rna") == nil)
    #expect(try evidence(several) == nil)
    let named = try made("c.h5ad") { file in
      try file.writeMatrix(counts, at: "X", layout: .csr, of: Float.self)
      try file.writeTable("obs", index: (0..<6).map { "c\($0)" })
      try file.writeTable("var", index: peaks)
    }
    #expect(
      try evidence(named) == "their names are genomic intervals, such as 'chr1:0000-0500'")
  }
}
