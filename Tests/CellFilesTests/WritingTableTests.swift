import CellFiles
import Foundation
import HDF5
import Testing
import TestSupport

@Suite struct `Writing: tables` {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  func contents(_ path: String) throws -> String {
    try String(contentsOfFile: path, encoding: .utf8)
  }

  /// What the program `gzip` makes of a file.
  func unzipped(_ path: String) throws -> String {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["gzip", "-dc", path]
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let data = try #require(try pipe.fileHandleForReading.readToEnd())
    process.waitUntilExit()
    try #require(process.terminationStatus == 0)
    return String(decoding: data, as: UTF8.self)
  }

  @Test func `numbers are short, and read back as the same`() throws {
    let path = folder.path("x.csv")
    let values: [Float] = [0.1, -1.5, 1e-9, 3e38, 1 / 3, 0, .nan, .infinity, -.infinity, 2]
    try writeTable(
      to: path, cellNames: ["a", "b"], table: DenseTable(rows: 2, columns: 5, values: values))
    let text = try contents(path)
    #expect(
      text == """
        cell,scharmonize_1,scharmonize_2,scharmonize_3,scharmonize_4,scharmonize_5
        a,0.1,-1.5,1e-09,3e+38,0.33333334
        b,0.0,NaN,Inf,-Inf,2.0

        """)
    let fields = text.split(separator: "\n").dropFirst().flatMap {
      $0.split(separator: ",").dropFirst()
    }
    for (field, value) in zip(fields, values) {
      let read = try #require(Float(field))
      #expect(read == value || read.isNaN && value.isNaN)
    }
  }

  @Test func `names are quoted where they must be`() throws {
    let table = DenseTable(rows: 4, columns: 1, values: [1, 2, 3, 4])
    let names = ["a,b", "say \"x\"", "tab\there", "two\nlines"]
    try writeTable(
      to: folder.path("x.csv"), cellNames: CellNames(names), table: table, columnPrefix: "pc")
    try writeTable(
      to: folder.path("x.tsv"), cellNames: CellNames(names), table: table, columnPrefix: "pc")
    #expect(
      try contents(folder.path("x.csv"))
        == "cell,pc1\n\"a,b\",1.0\n\"say \"\"x\"\"\",2.0\ntab\there,3.0\n\"two\nlines\",4.0\n")
    #expect(
      try contents(folder.path("x.tsv"))
        == "cell\tpc1\na,b\t1.0\n\"say \"\"x\"\"\"\t2.0\n\"tab\there\"\t3.0\n\"two\nlines\"\t4.0\n")
  }

  @Test func `no cells give the heading alone`() throws {
    let table = DenseTable(rows: 0, columns: 2, values: [])
    try writeTable(to: folder.path("x.csv"), cellNames: [], table: table)
    #expect(try contents(folder.path("x.csv")) == "cell,scharmonize_1,scharmonize_2\n")
  }

  @Test func `gzip holds the same text, and one text gives the same bytes`() throws {
    // Large enough for several buffers of text and of compressed bytes.
    let (n, d) = (30_000, 10)
    let table = DenseTable(
      rows: n, columns: d, values: (0..<n * d).map { Float($0 &* 2_654_435_761 % 1_000_003) / 977 })
    let names = (0..<n).map { "cell-\($0)" }
    try writeTable(to: folder.path("plain.tsv"), cellNames: CellNames(names), table: table)
    for name in ["a.tsv.gz", "b.tsv.gz"] {
      try writeTable(
        to: folder.path(name), cellNames: CellNames(names), table: table)
    }
    #expect(try unzipped(folder.path("a.tsv.gz")) == contents(folder.path("plain.tsv")))
    let first = try Data(contentsOf: folder.url.appending(path: "a.tsv.gz"))
    let second = try Data(contentsOf: folder.url.appending(path: "b.tsv.gz"))
    #expect(first == second)
    // No name (flags), no time, and a system that is unknown.
    #expect(Array(first.prefix(10)) == [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 0xFF])
  }

  @Test func `NumPy's array has a header of whole lines of 64 bytes`() throws {
    let table = DenseTable(rows: 2, columns: 3, values: [1, -2, 0.5, .infinity, 0, 3])
    try writeTable(to: folder.path("x.npy"), cellNames: ["a", "b"], table: table)
    let bytes = try Data(contentsOf: folder.url.appending(path: "x.npy"))
    #expect(Array(bytes.prefix(10)) == [0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59, 1, 0, 118, 0])
    let header = String(decoding: bytes[10..<128], as: UTF8.self)
    #expect(header.hasPrefix("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), } "))
    #expect(header.hasSuffix(" \n"))
    let values = bytes.dropFirst(128)
    #expect(values.count == 24)
    #expect(Array(values.prefix(8)) == [0, 0, 0x80, 0x3F, 0, 0, 0, 0xC0])
  }

  @Test func `HDF5 has the numbers and the names`() throws {
    let table = DenseTable(rows: 2, columns: 2, values: [1, 2, 3, 4])
    try writeTable(to: folder.path("x.h5"), cellNames: ["a", "b"], table: table)
    let file = try File(readingAt: folder.path("x.h5"))
    #expect(try file.info(of: "embedding").shape == [2, 2])
    #expect(try file.read("embedding", as: Float.self) == table.values)
    #expect(try file.strings("cells") == ["a", "b"])
  }

  @Test func `a name that says nothing of the format is refused`() {
    let table = DenseTable(rows: 1, columns: 1, values: [1])
    let path = folder.path("x.txt")
    let error = #expect(throws: OutputError.self) {
      try writeTable(to: path, cellNames: ["a"], table: table)
    }
    #expect(
      error?.description == "cannot create '\(path)': its name does not determine a format; use "
        + "one that ends in .csv, .tsv, .csv.gz, .tsv.gz, .npy, .h5")
    #expect(TableFormat(path: "X.TSV.GZ") == .tsvGzip)
  }

  @Test func `a disk that fills up leaves no file`() async {
    await #expect(processExitsWith: .success) { try writeToFullDisk(gzip: false) }
  }

  @Test func `a disk that fills up leaves no compressed file`() async {
    await #expect(processExitsWith: .success) { try writeToFullDisk(gzip: true) }
  }
}

/// Writes a table larger than the disk; a limit on file sizes stands for that.
private func writeToFullDisk(gzip: Bool) throws {
  let folder = try TemporaryFolder()
  try limitFileSizes(to: 100_000)
  let path = folder.path("x.csv")
  let values = (0..<400_000).map { Float($0 &* 2_654_435_761 % 999_983) }
  let table = DenseTable(rows: 100_000, columns: 4, values: values)
  #expect(throws: OutputError.cannotWrite(path: path, reason: "file too large")) {
    try writeTable(
      to: path, cellNames: CellNames((0..<100_000).map(String.init)), table: table,
      format: gzip ? .csvGzip : .csv)
  }
  let left = try FileManager.default.contentsOfDirectory(atPath: folder.url.path)
  #expect(left.isEmpty)
}
