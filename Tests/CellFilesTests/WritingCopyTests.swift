import CellFiles
import Foundation
import HDF5
import Testing
import TestSupport

@Suite struct `Writing: copies with additions` {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// Committed files, and where they are here real ones of every age of the format, with the
  /// number of their cells.
  static let files =
    ["integers", "lzf", "nullable", "records_csc", "records_csr"].map { ("\($0).h5ad", 24) }
    + (TestFiles.shared == nil ? [] : realFiles)

  static let realFiles = [
    ("anndata_v0.5.0.h5ad", 700), ("anndata_v0.7.8.h5ad", 30), ("anndata_v0.11.4.h5ad", 10),
    ("anndataR_example.h5ad", 50), ("zellkonverter_example_anndata.h5ad", 200),
    ("scvi_TM_droplet_mat.h5ad", 47),
  ]

  private func path(_ name: String) throws -> String {
    let committed = TestFiles.fixtures.appending(path: "formats/\(name)").path
    return FileManager.default.fileExists(atPath: committed)
      ? committed : try #require(TestFiles.shared("formats/\(name)")).path
  }

  static func additions(cells: Int) -> AnnDataAdditions {
    var additions = AnnDataAdditions()
    additions.obsm["X_scharmonize"] = DenseTable(
      rows: cells, columns: 2, values: (0..<2 * cells).map { Float($0) / 3 })
    additions.uns["scharmonize"] = [
      "version": "1.0.0", "seed": 7, "beta": 0.25, "align": true,
      "batches": .strings(["a", "b"]), "counts": .integers([3, 4]), "loss": .doubles([2, 1.5]),
      "voted": .booleans([true, false]), "nothing": .strings([]), "options": ["deep/er": ["x": 1]],
    ]
    return additions
  }

  /// A small file of the current style, made here.
  func smallFile(_ name: String = "small.h5ad") throws -> String {
    let path = folder.path(name)
    let file = try File(creatingAt: path)
    try file.setAttribute("encoding-type", of: "/", to: .string("anndata"))
    try file.setAttribute("encoding-version", of: "/", to: .string("0.1.0"))
    try file.write([1, 0, 2, 3] as [Float], at: "X", shape: [2, 2])
    try file.write(strings: ["c1", "c2"], at: "obs/_index")
    try file.write([1, 2, 3, 4] as [Float], at: "layers/counts", shape: [2, 2])
    try file.write([0, 0] as [Float], at: "raw/X", shape: [1, 2])
    try file.write([5, 6, 7] as [Int64], at: "obsp/kept")
    try file.close()
    return path
  }

  func expectAdditions(in file: borrowing File, cells: Int) throws {
    let table = try #require(Self.additions(cells: cells).obsm["X_scharmonize"])
    #expect(try file.read("obsm/X_scharmonize", as: Float.self) == table.values)
    #expect(try file.info(of: "obsm/X_scharmonize").shape == [cells, 2])
    #expect(try file.info(of: "obsm/X_scharmonize").element == .float(bytes: 4))
    #expect(try file.strings("uns/scharmonize/version") == ["1.0.0"])
    #expect(try file.info(of: "uns/scharmonize/version").shape == [])
    #expect(try file.read("uns/scharmonize/seed", as: Int.self) == [7])
    #expect(try file.read("uns/scharmonize/beta", as: Double.self) == [0.25])
    #expect(try file.booleans("uns/scharmonize/align") == [true])
    #expect(try file.strings("uns/scharmonize/batches") == ["a", "b"])
    #expect(try file.read("uns/scharmonize/counts", as: Int.self) == [3, 4])
    #expect(try file.read("uns/scharmonize/loss", as: Double.self) == [2, 1.5])
    #expect(try file.booleans("uns/scharmonize/voted") == [true, false])
    #expect(try file.info(of: "uns/scharmonize/nothing").shape == [0])
    #expect(try file.read("uns/scharmonize/options/deep|er/x", as: Int.self) == [1])
  }

  @Test(arguments: files)
  func `a whole copy has every element of a file, and the additions`(
    name: String, cells: Int
  ) throws {
    let input = try path(name)
    let output = folder.path("out.h5ad")
    try writeCopy(of: input, to: output, adding: Self.additions(cells: cells))
    let before = try File(readingAt: input)
    let after = try File(readingAt: output)
    let records = try before.kind(of: "obsm") == .dataset
    try expectAll(of: before, in: after, leavingOut: records ? ["obsm"] : [])
    try expectAdditions(in: after, cells: cells)
    let style = try after.attribute("encoding-type", of: "uns/scharmonize")?.string
    #expect(style == (try before.attribute("encoding-type", of: "/")?.string == nil ? nil : "dict"))
    #expect(
      try after.attribute("encoding-type", of: "obsm/X_scharmonize")?.string
        == (style == nil ? nil : "array"))
  }

  @Test(arguments: files)
  func `without expression, all the rest of a file is there`(
    name: String, cells: Int
  ) throws {
    let input = try path(name)
    let output = folder.path("out.h5ad")
    try writeCopyWithoutExpression(of: input, to: output, adding: Self.additions(cells: cells))
    let before = try File(readingAt: input)
    let after = try File(readingAt: output)
    var leftOut: Set = ["X", "layers", "raw", "raw.X", "raw.var"]
    for name in leftOut { #expect(try after.kind(of: name) == nil) }
    if try before.kind(of: "obsm") == .dataset { leftOut.insert("obsm") }
    try expectAll(of: before, in: after, leavingOut: leftOut)
    try expectAdditions(in: after, cells: cells)
  }

  @Test(.enabled(if: TestFiles.shared != nil, "the folder of real data is not here"))
  func `tables that were records become a group of the same tables`() throws {
    let input = try #require(TestFiles.shared("formats/anndata_v0.5.0.h5ad")).path
    let output = folder.path("out.h5ad")
    try writeCopy(of: input, to: output, adding: Self.additions(cells: 700))
    let before = try File(readingAt: input)
    let after = try File(readingAt: output)
    let records = try before.dataset("obsm")
    #expect(try after.children(of: "obsm") == ["X_pca", "X_scharmonize", "X_umap"])
    #expect(try after.info(of: "obsm/X_pca").shape == [700, 50])
    #expect(try after.info(of: "obsm/X_pca").element == .float(bytes: 4))
    #expect(try after.info(of: "obsm/X_umap").element == .float(bytes: 8))
    for member in try records.arrayMembers() {
      #expect(
        try after.read("obsm/\(member.name)", as: Double.self)
          == records.read(member, as: Double.self))
    }
  }

  @Test func `keys of ours are replaced, others stay, and the input is not changed`() throws {
    let input = try smallFile()
    let bytes = try Data(contentsOf: URL(filePath: input))
    let first = folder.path("first.h5ad")
    let second = folder.path("second.h5ad")
    var additions = AnnDataAdditions()
    additions.obsm["X_scharmonize"] = DenseTable(rows: 2, columns: 1, values: [9, 9])
    additions.obsm["X_other"] = DenseTable(rows: 2, columns: 1, values: [1, 2])
    additions.uns["scharmonize"] = ["old": 1]
    additions.uns["other"] = "stays"
    try writeCopy(of: input, to: first, adding: additions)
    try writeCopy(of: first, to: second, adding: Self.additions(cells: 2))
    let file = try File(readingAt: second)
    try expectAdditions(in: file, cells: 2)
    #expect(try file.kind(of: "uns/scharmonize/old") == nil)
    #expect(try file.strings("uns/other") == ["stays"])
    #expect(try file.read("obsm/X_other", as: Float.self) == [1, 2])
    #expect(try Data(contentsOf: URL(filePath: input)) == bytes)
  }

  @Test func `groups that are missing are made in the style of the file`() throws {
    let output = folder.path("out.h5ad")
    try writeCopy(of: smallFile(), to: output, adding: Self.additions(cells: 2))
    let current = try File(readingAt: output)
    for name in ["obsm", "uns", "uns/scharmonize", "uns/scharmonize/options"] {
      #expect(try current.attribute("encoding-type", of: name) == .string("dict"), "\(name)")
      #expect(try current.attribute("encoding-version", of: name) == .string("0.1.0"), "\(name)")
    }
    let old = folder.path("old.h5ad")
    let file = try File(creatingAt: old)
    try file.write([1, 0, 2, 3] as [Float], at: "X", shape: [2, 2])
    try file.close()
    try writeCopy(of: old, to: output, adding: Self.additions(cells: 2))
    let legacy = try File(readingAt: output)
    for name in try objects(in: legacy) {
      #expect(try legacy.attributeNames(of: name).isEmpty, "\(name)")
    }
  }

  @Test func `a file may be its own copy`() throws {
    let path = try smallFile()
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
    try writeCopy(of: path, to: path, adding: Self.additions(cells: 2))
    let file = try File(readingAt: path)
    try expectAdditions(in: file, cells: 2)
    #expect(try file.read("X", as: Float.self) == [1, 0, 2, 3])
    let attributes = try FileManager.default.attributesOfItem(atPath: path)
    #expect(attributes[.posixPermissions] as? Int == 0o600)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path).count == 1)
  }

  @Test func `the copy of a read-only file can be written`() throws {
    let input = try smallFile()
    try FileManager.default.setAttributes([.posixPermissions: 0o440], ofItemAtPath: input)
    let output = folder.path("out.h5ad")
    try writeCopy(of: input, to: output, adding: Self.additions(cells: 2))
    let attributes = try FileManager.default.attributesOfItem(atPath: output)
    #expect(attributes[.posixPermissions] as? Int == 0o640)
  }

  @Test func `without expression the file keeps its other groups and the root's attributes`() throws
  {
    let output = folder.path("out.h5ad")
    try writeCopyWithoutExpression(of: smallFile(), to: output, adding: Self.additions(cells: 2))
    let file = try File(readingAt: output)
    #expect(try file.children(of: "/") == ["obs", "obsm", "obsp", "uns"])
    #expect(try file.attribute("encoding-type", of: "/") == .string("anndata"))
    try expectAdditions(in: file, cells: 2)
  }

  @Test func `a damaged input leaves no output, and the old output as it was`() throws {
    let whole = try Data(contentsOf: URL(filePath: smallFile()))
    let input = folder.path("cut.h5ad")
    try whole.prefix(whole.count / 2).write(to: URL(filePath: input))
    let output = folder.path("out.h5ad")
    try "old".write(toFile: output, atomically: false, encoding: .utf8)
    #expect(throws: HDF5Error.self) {
      try writeCopy(of: input, to: output, adding: Self.additions(cells: 2))
    }
    #expect(throws: HDF5Error.self) {
      try writeCopyWithoutExpression(of: input, to: output, adding: Self.additions(cells: 2))
    }
    #expect(try String(contentsOfFile: output, encoding: .utf8) == "old")
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path).count == 3)
  }

  @Test func `a disk that fills up while copying leaves no file`() async {
    await #expect(processExitsWith: .success) {
      let folder = try TemporaryFolder()
      let input = folder.path("in.h5ad")
      let file = try File(creatingAt: input)
      try file.write([Float](repeating: 1, count: 100_000), at: "X")
      try file.close()
      try limitFileSizes(to: 200_000)
      let expected = OutputError.cannotWrite(
        path: folder.path("out.h5ad"), reason: "file too large")
      #expect(throws: expected) {
        try writeCopy(of: input, to: folder.path("out.h5ad"), adding: AnnDataAdditions())
      }
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path) == ["in.h5ad"])
    }
  }

  @Test func `a disk that fills up while adding leaves no file`() async {
    await #expect(processExitsWith: .success) {
      let folder = try TemporaryFolder()
      let input = folder.path("in.h5ad")
      let file = try File(creatingAt: input)
      try file.write([1, 2] as [Float], at: "X")
      try file.close()
      try limitFileSizes(to: 200_000)
      var additions = AnnDataAdditions()
      additions.obsm["X_scharmonize"] = DenseTable(
        rows: 100_000, columns: 2, values: [Float](repeating: 1, count: 200_000))
      let output = folder.path("out.h5ad")
      #expect {
        try writeCopy(of: input, to: output, adding: additions)
      } throws: { error in
        guard case OutputError.cannotWrite(output, let reason) = error else { return false }
        return reason.hasSuffix("file too large")
      }
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path) == ["in.h5ad"])
    }
  }

  @Test func `a disk that fills up while leaving out expression leaves no file`() async {
    await #expect(processExitsWith: .success) {
      let folder = try TemporaryFolder()
      let input = folder.path("in.h5ad")
      let file = try File(creatingAt: input)
      try file.write(
        strings: (0..<50_000).map { "cell-\($0)" }, at: "obs/_index", storage: .init(gzip: 1))
      try file.close()
      try limitFileSizes(to: 100_000)
      #expect(throws: OutputError.self) {
        try writeCopyWithoutExpression(
          of: input, to: folder.path("out.h5ad"), adding: AnnDataAdditions())
      }
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path) == ["in.h5ad"])
    }
  }
}
