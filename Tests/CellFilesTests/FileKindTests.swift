import CellFiles
import Foundation
import HDF5
import TestSupport
import Testing

/// What is said of files that are not read, whatever they are called.
@Suite struct FileKindTests {
  let made: MadeFiles

  init() throws { made = try MadeFiles() }

  private func failure(of bytes: [UInt8]) throws -> String {
    try Data(bytes).write(to: URL(filePath: made.path("x")))
    return made.text { _ = try CellFile(readingAt: made.path("x")) }
  }

  /// What gzip makes of a text.
  private func zipped(_ bytes: [UInt8]) throws -> [UInt8] {
    try Data(bytes).write(to: URL(filePath: made.path("plain")))
    let gzip = Process()
    gzip.executableURL = URL(filePath: "/usr/bin/env")
    gzip.arguments = ["gzip", "-kf", made.path("plain")]
    try gzip.run()
    gzip.waitUntilExit()
    return try Array(Data(contentsOf: URL(filePath: made.path("plain.gz"))))
  }

  private static let table =
    "; convert a table of counts with a row for each cell: "
    + "anndata.io.read_csv(\"x.csv\").write_h5ad(\"x.h5ad\")"

  @Test func `R objects, plain and zipped`() throws {
    let message =
      "'x' is an R object, which is not read; convert it in R: "
      + "anndataR::write_h5ad(readRDS(\"x.rds\"), \"x.h5ad\")"
    for start in ["X\n\0\0\0\u{03}\0\u{04}", "RDX3\nX\n", "A\n3\n"] {
      let bytes = Array(start.utf8) + [0, 1, 2]
      #expect(try failure(of: bytes) == message)
      #expect(try failure(of: zipped(bytes)) == message)
    }
  }

  @Test func `archives and compressed files`() throws {
    #expect(
      try failure(of: Array("PK\u{03}\u{04}".utf8) + [20, 0])
        == "'x' is a zip archive; unpack it, and give what is in it: unzip x.zip")
    let tar = [UInt8](repeating: 0, count: 257) + Array("ustar".utf8) + [0, 0]
    let tarMessage = "'x' is a tar archive; unpack it, and give what is in it: tar -xf x.tar"
    #expect(try failure(of: tar) == tarMessage)
    #expect(try failure(of: zipped(tar)) == tarMessage)
    #expect(
      try failure(of: zipped([0x89] + Array("HDF\r\n".utf8) + [0x1A, 0x0A, 0]))
        == "'x' is compressed with gzip; unpack it first: gunzip x.gz")
    #expect(
      try failure(of: Array("BZh91AY".utf8))
        == "'x' is compressed with bzip2; unpack it first: bunzip2 x.bz2")
    #expect(
      try failure(of: [0xFD] + Array("7zXZ".utf8))
        == "'x' is compressed with xz; unpack it first: unxz x.xz")
    #expect(
      try failure(of: [0x28, 0xB5, 0x2F, 0xFD, 0])
        == "'x' is compressed with zstd; unpack it first: unzstd x.zst")
  }

  @Test func `text, plain and zipped`() throws {
    let text = Array("cell,gene\nc0,1\n".utf8)
    #expect(
      try failure(of: text) == "'x' is text, but no matrix in Matrix Market's format" + Self.table)
    #expect(
      try failure(of: zipped(text))
        == "'x' is text compressed with gzip, but no matrix in Matrix Market's format" + Self.table)
  }

  @Test func `bytes of any other kind, and none`() throws {
    #expect(try failure(of: [1, 2, 3]) == "cannot open 'x': it is not an HDF5 file")
    #expect(try failure(of: []) == "cannot open 'x': it is empty")
    #expect(
      try failure(of: [0x1F, 0x8B, 8])
        == "'x' is damaged: its gzip stream ends too early; copy or download the file again")
  }

  @Test func `HDF5 that is cut off`() throws {
    let whole = try Data(contentsOf: URL(filePath: fixture("records_csr.h5ad")))
    #expect(
      try failure(of: Array(whole.prefix(8000)))
        == "cannot open 'x': it is truncated: 8000 of \(whole.count) bytes are there")
  }

  @Test func `HDF5 of other kinds`() throws {
    #expect(
      made.failure {
        try $0.createGroup("assays"); try $0.createGroup("meta.data")
      }
        == "'a.h5ad' is an h5Seurat file, which is not read; convert it in R: "
        + "SeuratDisk::Convert(\"x.h5seurat\", dest = \"h5ad\")")
    #expect(
      made.failure {
        try $0.write([Int32(1)], at: "umi")
        try $0.write([Int32(1)], at: "barcode_idx")
      }
        == "'a.h5ad' is a molecule_info file, which lists molecules; "
        + "give 'filtered_feature_bc_matrix.h5' from the same folder")
    #expect(
      made.failure {
        try $0.createGroup("a"); try $0.createGroup("b")
      }
        == "'a.h5ad' is HDF5, but none of .h5ad, .h5mu, .loom and 10x; at its root are: a, b")
    #expect(made.failure { _ in } == "'a.h5ad' is an HDF5 file with nothing in it")
  }
}
