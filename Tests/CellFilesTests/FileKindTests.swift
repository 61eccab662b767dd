import CellFiles
import Foundation
import HDF5
import Testing
import TestSupport

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
      "'x' is an R object, which is not supported; convert it in R: "
      + "anndataR::write_h5ad(readRDS(\"x.rds\"), \"x.h5ad\")"
    let several =
      "'x' is an R workspace, which is not supported; write the object with the counts in R: "
      + "load(\"x.RData\"); anndataR::write_h5ad(object, \"x.h5ad\")"
    for (start, message) in [
      ("X\n\0\0\0\u{03}\0\u{04}", message), ("A\n3\n", message), ("RDX3\nX\n", several),
      ("RDA2\n", several),
    ] {
      let bytes = Array(start.utf8) + [0, 1, 2]
      #expect(try failure(of: bytes) == message)
      #expect(try failure(of: zipped(bytes)) == message)
    }
  }

  static let placeholders = [
    (
      "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 123456\n",
      "a Git LFS pointer in place of the file of 123456 bytes; fetch the file: git lfs pull"
    ),
    (
      "/annex/objects/MD5E-s7--abc.h5ad\n",
      "a git-annex pointer in place of the file; fetch the file: git annex get x"
    ),
    (
      "\n<!DOCTYPE html>\n<html><head><title>404 Not Found</title></head>",
      "a web page, '404 Not Found', instead of the file; download it again, from the address of "
        + "the file itself"
    ),
    (
      "<html>\n",
      "a web page instead of the file; download it again, from the address of the file itself"
    ),
    (
      "<?xml version=\"1.0\"?>\n<Error><Code>AccessDenied</Code></Error>",
      "an XML document with the error 'AccessDenied', which servers send instead of a file; "
        + "download it again, with the required permissions"
    ),
    (
      "<?xml version=\"1.0\"?>\n<x/>",
      "an XML document, which servers send instead of a file; download it again, with the required "
        + "permissions"
    ),
  ]

  @Test(arguments: placeholders)
  func `what lies in the place of a file that was not downloaded`(
    text: String, message: String
  ) throws {
    #expect(try failure(of: Array(text.utf8)) == "'x' is " + message)
    for name in ["matrix.mtx", "barcodes.tsv", "genes.tsv"] {
      let folder = made.path("m_\(name)")
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      for other in ["matrix.mtx", "barcodes.tsv", "genes.tsv"] {
        let whole =
          other == "matrix.mtx"
          ? "%%MatrixMarket matrix coordinate integer general\n1 1 1\n1 1 1\n"
          : other == "barcodes.tsv" ? "c\n" : "g\tg\n"
        try Data((other == name ? text : whole).utf8)
          .write(to: URL(filePath: "\(folder)/\(other)"))
      }
      let said = made.text { _ = try CellFile(readingAt: folder) }
      #expect(said.hasSuffix("\(name)' is " + message), "\(said)")
    }
  }

  @Test func `a matrix as by 10x without names`() throws {
    let path = try made.make("t.h5") { file in
      for part in ["data", "indices", "indptr", "shape"] {
        try file.write([1, 1] as [Int32], at: "GRCh38/\(part)")
      }
    }
    #expect(
      made.text { _ = try CellFile(readingAt: path) }.hasSuffix(
        "is in the layout of 10x, but 'GRCh38' has no 'barcodes' and no 'genes' or 'features', so "
          + "its cells and genes have no names; give the file that Cell Ranger wrote, or a "
          + "matrix folder"))
  }

  @Test func `archives and compressed files`() throws {
    #expect(
      try failure(of: Array("PK\u{03}\u{04}".utf8) + [20, 0])
        == "'x' is a zip archive; unpack it and give its contents: unzip x.zip")
    let tar = [UInt8](repeating: 0, count: 257) + Array("ustar".utf8) + [0, 0]
    let tarMessage = "'x' is a tar archive; unpack it and give its contents: tar -xf x.tar"
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
      try failure(of: text) == "'x' is text, but not a matrix in Matrix Market format" + Self.table)
    #expect(
      try failure(of: zipped(text))
        == "'x' is text compressed with gzip, but not a matrix in Matrix Market format" + Self.table
    )
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
        == "cannot open 'x': it is truncated: it has 8000 of \(whole.count) bytes")
  }

  @Test func `HDF5 of other kinds`() throws {
    #expect(
      made.failure {
        try $0.createGroup("assays"); try $0.createGroup("meta.data")
      }
        == "'a.h5ad' is an h5Seurat file, which is not supported; convert it in R: "
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
        == "'a.h5ad' is HDF5, but not .h5ad, .h5mu, .loom or 10x; at its root are: a, b")
    #expect(made.failure { _ in } == "'a.h5ad' is an empty HDF5 file")
  }
}
