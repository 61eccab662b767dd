import CellFiles
import HDF5
import Testing
import TestSupport

@Suite struct TenXTests {
  let made: MadeFiles
  let counts = madeCounts(cells: 9, genes: 4)
  let names = ["A", "B", "C", "D"]

  init() throws { made = try MadeFiles() }

  @Test func `Cell Ranger 3, whatever the file is called`() throws {
    let path = try made.make("some.data") {
      try $0.writeTenX(counts, names: names, ids: ["E1", "E2", "E3", "E4"])
    }
    let file = try CellFile(readingAt: path)
    #expect(file.format == .tenXv3)
    #expect(file.genes[1] == Gene(name: "B", id: "E2"))
    #expect(file.cellNames[8] == "BC8-1")
    #expect(file.matrixName == "matrix")
    #expect(file.storage.layout == .csr)
    #expect(file.columnNames == [])
    #expect(try rows(of: file) == counts)
  }

  @Test func `only names, as some programs write it`() throws {
    let file = try CellFile(
      readingAt: made.make("a.h5") { try $0.writeTenX(counts, names: names) })
    #expect(file.genes[0] == Gene(name: "A"))
    #expect(try rows(of: file) == counts)
  }

  @Test func `features of the type that is asked for`() throws {
    let path = try made.make("a.h5") {
      try $0.writeTenX(
        counts, names: names,
        types: ["Gene Expression", "Antibody Capture", "Gene Expression", "Antibody Capture"])
    }
    let genes = try CellFile(readingAt: path)
    #expect(genes.genes.map(\.name) == ["A", "C"])
    #expect(try rows(of: genes) == counts.map { [$0[0], $0[2]] })
    var options = ReadingOptions()
    options.featureType = "Antibody Capture"
    #expect(try CellFile(readingAt: path, options: options).genes.map(\.name) == ["B", "D"])
    options.featureType = nil
    #expect(try rows(of: CellFile(readingAt: path, options: options)) == counts)
    options.featureType = "Peaks"
    #expect(
      made.text { _ = try CellFile(readingAt: path, options: options) }
        == "'a.h5' has no features of type 'Peaks'; choose one with `featureType`: "
        + "Antibody Capture, Gene Expression")
  }

  @Test(arguments: ["Peaks", "Antibody Capture", "Custom"])
  func `features of the only type are read, and a notice says so`(type: String) throws {
    let path = try made.make("a.h5") {
      try $0.writeTenX(counts, names: names, types: names.map { _ in type })
    }
    let file = try CellFile(readingAt: path)
    #expect(try rows(of: file) == counts)
    let noun: FeatureNoun = type == "Peaks" ? .peak : type == "Custom" ? .feature : .protein
    #expect(file.feature == noun)
    #expect(
      file.notices.map { $0.replacing(path, with: "a.h5") } == [
        "'a.h5' has no features of type 'Gene Expression'; those of its only type, '\(type)', are read"
      ])
    #expect(try CellFileContents(ofFileAt: path).readings == [ReadingOptions()])
    var options = ReadingOptions()
    options.requiresType = true
    #expect(
      made.text { _ = try CellFile(readingAt: path, options: options) }
        == "'a.h5' has no features of type 'Gene Expression'; choose one with `featureType`: \(type)"
    )
    options.featureType = type
    #expect(try CellFile(readingAt: path, options: options).notices.isEmpty)
    options = ReadingOptions()
    options.featureType = "CRISPR Guide Capture"
    #expect(
      made.text { _ = try CellFile(readingAt: path, options: options) }
        == "'a.h5' has no features of type 'CRISPR Guide Capture'; choose one with `featureType`: "
        + type)
  }

  @Test func `of several types without genes, one must be chosen`() throws {
    let path = try made.make("a.h5") {
      try $0.writeTenX(
        counts, names: names, types: ["Peaks", "Antibody Capture", "Peaks", "Peaks"])
    }
    #expect(
      made.text { _ = try CellFile(readingAt: path) }
        == "'a.h5' has no features of type 'Gene Expression'; choose one with `featureType`: "
        + "Antibody Capture, Peaks")
  }

  @Test func `genes of the genome that is asked for`() throws {
    let path = try made.make("a.h5") {
      try $0.writeTenX(counts, names: names, genomes: ["hg38", "hg38", "mm10", "mm10"])
    }
    var options = ReadingOptions()
    options.genome = "mm10"
    #expect(
      try rows(of: CellFile(readingAt: path, options: options)) == counts.map { [$0[2], $0[3]] })
    options.genome = "rn7"
    #expect(
      made.text { _ = try CellFile(readingAt: path, options: options) }
        == "'a.h5' has no genome 'rn7'; it has: hg38, mm10")
  }

  @Test func `Cell Ranger 2, of one genome and of two`() throws {
    let one = try made.make("one.h5") { try $0.writeTenX(counts, genome: "hg19", names: names) }
    let file = try CellFile(readingAt: one)
    #expect(file.format == .tenXv2)
    #expect(file.genes[0] == Gene(name: "A", id: "ENSG-A"))
    #expect(file.matrixName == "hg19")
    #expect(try rows(of: file) == counts)

    let two = try made.make("two.h5") {
      try $0.writeTenX(counts, genome: "hg19", names: names)
      try $0.writeTenX(counts.reversed(), genome: "mm10", names: names)
    }
    #expect(
      made.text { _ = try CellFile(readingAt: two) }
        == "'two.h5' holds several genomes; choose one with `genome`: hg19, mm10")
    var options = ReadingOptions()
    options.genome = "mm10"
    #expect(try rows(of: CellFile(readingAt: two, options: options)) == counts.reversed())
    options.genome = "x"
    #expect(
      made.text { _ = try CellFile(readingAt: two, options: options) }
        == "'two.h5' has no genome 'x'; it has: hg19, mm10")
  }

  @Test func `no genomes at all`() throws {
    var options = ReadingOptions()
    options.genome = "hg38"
    #expect(
      made.failure(options, name: "a.h5") { try $0.writeTenX(counts, names: names) }
        == "'a.h5' names no genomes; leave out `genome = hg38`")
  }

  @Test func `names that do not fit the matrix`() throws {
    #expect(
      made.failure(name: "a.h5") { try $0.writeTenX(counts, names: names + ["E"]) }
        == "nothing was thrown")
    #expect(
      made.failure(name: "a.h5") {
        try $0.writeTenX(counts, names: names)
        try $0.delete("matrix/barcodes")
        try $0.write(strings: ["x"], at: "matrix/barcodes")
      } == "'matrix' in 'a.h5' has shape [9, 4], but there are names of 1 cells and 4 genes")
    #expect(
      made.failure(name: "a.h5") { try $0.writeTenX(counts, names: names, ids: ["x"]) }
        == "'matrix/features/id' in 'a.h5' has 1 entries, not 4")
  }
}
