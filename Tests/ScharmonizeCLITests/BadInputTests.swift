import Foundation
import HDF5
import Testing
import TestSupport

/// What a user gets for each kind of bad input: the sentence, the exit code, and no output.
@Suite struct BadInputTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// Runs the program on a file of the folder, and checks its answer to the letter.
  private func expect(
    _ message: String, status: Int32, _ arguments: [String], output: String = "out.h5ad",
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let outcome = try Program.run(arguments + ["-o", output], in: folder.url)
    let errors = outcome.error.split(separator: "\n").filter { $0.hasPrefix("Error: ") }
    #expect(errors == ["Error: \(message)"], sourceLocation: sourceLocation)
    #expect(outcome.status == status, sourceLocation: sourceLocation)
    #expect(outcome.output == "", sourceLocation: sourceLocation)
    let left = try FileManager.default.contentsOfDirectory(atPath: folder.url.path)
    #expect(!left.contains { $0.contains("out.h5ad") }, "\(left)", sourceLocation: sourceLocation)
  }

  /// Makes an `.h5ad` of 40 cells and 10 genes in two batches, with changed values.
  private func make(
    _ name: String = "x.h5ad", batches: [String]? = (0..<40).map { $0 % 2 == 0 ? "a" : "b" },
    change: (inout [[Double]]) -> Void = { _ in }
  ) throws {
    var rows = madeCounts(cells: 40, genes: 10)
    for cell in rows.indices { rows[cell][0] += 1 }  // no cell is empty
    change(&rows)
    let file = try File(creatingAt: folder.path(name))
    try file.writeAnnData(rows, batches: batches)
    try file.close()
  }

  // MARK: Files

  @Test func `a missing file`() throws {
    try expect("cannot open 'none.h5ad': there is no such file", status: 66, ["none.h5ad"])
  }

  @Test func `a folder`() throws {
    try FileManager.default.createDirectory(
      atPath: folder.path("sub"), withIntermediateDirectories: false)
    try expect(
      "'sub' is a folder without a matrix 'matrix.mtx' or 'matrix.mtx.gz'", status: 65, ["sub"])
  }

  @Test func `a file that is not HDF5`() throws {
    try Data("cell,gene\n".utf8).write(to: folder.url.appending(path: "x.csv"))
    try expect(
      "'x.csv' is text, but not a matrix in Matrix Market format; convert a table of counts with a "
        + "row for each cell: anndata.io.read_csv(\"x.csv\").write_h5ad(\"x.h5ad\")",
      status: 65, ["x.csv"])
  }

  @Test func `compressed values that were damaged`() throws {
    try make()
    let file = try File(editingAt: folder.path("x.h5ad"))
    let values = try file.read("X/data", as: Float.self)
    try file.delete("X/data")
    try file.write(values, at: "X/data", storage: StorageOptions(chunk: [60], gzip: 4))
    try file.close()
    // A stream of zlib starts like this; the first is that of the first chunk.
    var data = try Data(contentsOf: folder.url.appending(path: "x.h5ad"))
    let stream = try #require(data.firstRange(of: Data([0x78, 0x5E])))
    for position in 4..<20 { data[stream.lowerBound + position] = 0xFF }
    try data.write(to: folder.url.appending(path: "x.h5ad"))
    try expect(
      "'X/data' in 'x.h5ad' is damaged: chunk 0, of rows 0..<60, cannot be read: its compressed "
        + "bytes are not valid; copy or download the file again",
      status: 65, ["x.h5ad"])
  }

  @Test func `HDF5 of another kind`() throws {
    let file = try File(creatingAt: folder.path("x.h5"))
    try file.write([Int32(1)], at: "weights")
    try file.close()
    try expect(
      "'x.h5' is HDF5, but not .h5ad, .h5mu, .loom or 10x; at its root are: weights",
      status: 65, ["x.h5"])
  }

  @Test func `a truncated file`() throws {
    try make()
    let whole = try Data(contentsOf: folder.url.appending(path: "x.h5ad"))
    try whole.prefix(4000).write(to: folder.url.appending(path: "x.h5ad"))
    try expect(
      "cannot open 'x.h5ad': it is truncated: it has 4000 of \(whole.count) bytes",
      status: 65, ["x.h5ad"])
  }

  @Test func `molecule_info.h5`() throws {
    let file = try File(creatingAt: folder.path("molecule_info.h5"))
    try file.write([Int64(1)], at: "barcode_idx")
    try file.write([Int64(1)], at: "umi")
    try file.close()
    try expect(
      "'molecule_info.h5' is a molecule_info file, which lists molecules; give "
        + "'filtered_feature_bc_matrix.h5' from the same folder",
      status: 65, ["molecule_info.h5"])
  }

  // MARK: Outputs, found before anything is trained

  @Test func `no output`() throws {
    try make()
    let outcome = try Program.run(["x.h5ad"], in: folder.url)
    #expect(outcome.status == 64)
    #expect(
      outcome.error.hasPrefix(
        "Error: Give '-o FILE', or '--in-place' to add the result to the input.\n"))
  }

  @Test func `an output that is the input`() throws {
    try make()
    let before = try Data(contentsOf: folder.url.appending(path: "x.h5ad"))
    try expect(
      "the output './x.h5ad' is one of the inputs; name another file, or give '--in-place'",
      status: 64, ["x.h5ad"], output: "./x.h5ad")
    #expect(try Data(contentsOf: folder.url.appending(path: "x.h5ad")) == before)
  }

  @Test func `an output in a folder that is not there`() throws {
    try make()
    try expect(
      "cannot create 'none/out.h5ad': there is no folder 'none'", status: 73, ["x.h5ad"],
      output: "none/out.h5ad")
  }

  @Test(.enabled(if: getuid() != 0, "root may write everywhere"))
  func `an output in a folder that is write-protected`() throws {
    try make()
    try FileManager.default.createDirectory(
      atPath: folder.path("sub"), withIntermediateDirectories: false,
      attributes: [.posixPermissions: 0o555])
    try expect(
      "cannot create 'sub/out.h5ad': no permission to write in the folder 'sub'", status: 73,
      ["x.h5ad"], output: "sub/out.h5ad")
  }

  @Test func `an output whose name says no format`() throws {
    try make()
    try expect(
      "cannot tell the format of 'out.rds'; name it .h5ad, .csv, .tsv, .npy or .h5, or give '--output-format'",
      status: 64,
      ["x.h5ad"], output: "out.rds")
  }

  @Test func `corrected expression that cannot be written`() throws {
    try make()
    let before = try Data(contentsOf: folder.url.appending(path: "x.h5ad"))
    try expect(
      "'--corrected' cannot be c.csv; give a name that ends in .h5ad", status: 64,
      ["x.h5ad", "--corrected", "c.csv"])
    try expect(
      "the output of '--corrected' is the input './x.h5ad'; name another file", status: 64,
      ["x.h5ad", "--corrected", "./x.h5ad"])
    try expect(
      "the output of '--corrected' is also the output 'out.h5ad'; name two files", status: 64,
      ["x.h5ad", "--corrected", "./out.h5ad"])
    try expect(
      "cannot create 'none/c.h5ad': there is no folder 'none'", status: 73,
      ["x.h5ad", "--corrected", "none/c.h5ad"])
    #expect(try Data(contentsOf: folder.url.appending(path: "x.h5ad")) == before)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path) == ["x.h5ad"])
  }

  @Test(arguments: [("--model", "m.h5"), ("--json", "r.json")])
  func `a further output that cannot be written`(option: String, name: String) throws {
    try make()
    let before = try Data(contentsOf: folder.url.appending(path: "x.h5ad"))
    try expect(
      "the output of '\(option)' is the input './x.h5ad'; name another file", status: 64,
      ["x.h5ad", option, "./x.h5ad"])
    try expect(
      "the output of '\(option)' is also the output 'out.h5ad'; name two files", status: 64,
      ["x.h5ad", option, "./out.h5ad"])
    try expect(
      "cannot create 'none/\(name)': there is no folder 'none'", status: 73,
      ["x.h5ad", option, "none/\(name)"])
    #expect(try Data(contentsOf: folder.url.appending(path: "x.h5ad")) == before)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path) == ["x.h5ad"])
  }

  @Test func `corrected expression over the input, in place`() throws {
    try make()
    let outcome = try Program.run(
      ["x.h5ad", "--in-place", "--corrected", "x.h5ad"], in: folder.url)
    #expect(outcome.status == 64)
    #expect(
      outcome.error
        == "Error: the output of '--corrected' is the input 'x.h5ad'; name another file\n")
  }

  @Test func `corrected expression as a batch that is not there`() throws {
    try make(batches: (0..<40).map { "b\($0 % 7)" })
    try expect(
      "cannot decode as batch 'c', which does not exist; there are 7: 'b0', 'b1', 'b2', 'b3', "
        + "'b4', …",
      status: 64, ["x.h5ad", "--corrected", "c.h5ad", "--corrected-as", "c"])
    let outcome = try Program.run(
      ["x.h5ad", "-o", "out.h5ad", "--corrected-as", "b1"], in: folder.url)
    #expect(outcome.status == 64)
    #expect(
      outcome.error.hasPrefix(
        "Error: '--corrected-as' needs '--corrected FILE'; give both.\n"))
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path) == ["x.h5ad"])
  }

  // MARK: Values

  @Test func `values that are NaN`() throws {
    try make { rows in
      rows[3][4] = .nan
      rows[9][1] = .infinity
    }
    try expect(
      "'X' in 'x.h5ad' holds 2 values that are NaN, infinite or too large for single precision, "
        + "first in cell 'c3', gene 'g4'; remove or replace them",
      status: 65, ["x.h5ad"])
  }

  @Test func `negative values, where a layer holds counts`() throws {
    try make { rows in rows[3][4] = -0.5 }
    let file = try File(editingAt: folder.path("x.h5ad"))
    try file.writeMatrix(madeCounts(cells: 40, genes: 10), at: "layers/counts", of: Int32.self)
    try file.close()
    try expect(
      "'X' in 'x.h5ad' holds 1 negative value, first in cell 'c3', gene 'g4', so these are not "
        + "counts; give '--layer counts', which holds counts, or '--loss mse' to use the values "
        + "unchanged",
      status: 65, ["x.h5ad"])
  }

  @Test func `log-normalized values`() throws {
    try make { rows in rows = rows.map { $0.map { $0 == 0 ? 0 : log1p($0) } } }
    try expect(
      "'X' in 'x.h5ad' looks log-normalized (fractions up to 2.3025851), not like counts; "
        + "give a file with counts, or '--loss mse' to use the values unchanged",
      status: 65, ["x.h5ad"])
  }

  // MARK: BatchAssignment

  @Test func `no batch column`() throws {
    try make(batches: nil)
    let file = try File(editingAt: folder.path("x.h5ad"))
    try file.setAttribute("column-order", of: "obs", to: .strings(["donor", "type"]))
    try file.write(strings: (0..<40).map { "d\($0 % 4)" }, at: "obs/donor")
    try file.write(strings: (0..<40).map { "t\($0 % 3)" }, at: "obs/type")
    try file.close()
    try expect(
      "'x.h5ad' has no column 'batch' in 'obs'; there are: donor, type; columns "
        + "that look like a batch key: donor (4 levels)",
      status: 65, ["x.h5ad"])
  }

  @Test func `missing labels in the batch column`() throws {
    try make(batches: nil)
    let file = try File(editingAt: folder.path("x.h5ad"))
    try file.setAttribute("column-order", of: "obs", to: .strings(["batch"]))
    try file.writeCategorical(
      "obs/batch", codes: (0..<40).map { $0 < 38 ? $0 % 2 : -1 }, categories: ["a", "b"])
    try file.close()
    try expect(
      "2 of 40 cells in 'x.h5ad' have no label in 'batch', first 'c38'; label them, or remove them",
      status: 65, ["x.h5ad"])
  }

  @Test func `as many labels as cells`() throws {
    try make(batches: (0..<40).map { "b\($0)" })
    try expect(
      "'batch' in 'x.h5ad' has 40 labels for as many cells; choose a column whose levels have many "
        + "cells each",
      status: 65, ["x.h5ad"])
  }

  @Test func `one batch only`() throws {
    try make(batches: Array(repeating: "a", count: 40))
    try expect(
      "all cells in 'x.h5ad' are 'a' in 'batch'; there is no batch effect to remove within one "
        + "batch",
      status: 65, ["x.h5ad"])
  }

  @Test func `files without a shared gene`() throws {
    try make("x.h5ad")
    let file = try File(creatingAt: folder.path("y.h5ad"))
    try file.writeAnnData(
      madeCounts(cells: 5, genes: 3), genes: ["ENSG1", "ENSG2", "ENSG3"])
    try file.close()
    try expect(
      "no gene of 'x.h5ad' is in 'y.h5ad'; their first genes are 'g0' and 'ENSG1'; give files of "
        + "one species and one kind of gene names",
      status: 65, ["x.h5ad", "y.h5ad"])
  }

  // MARK: Damage

  @Test func `indices out of range`() throws {
    try make()
    let file = try File(editingAt: folder.path("x.h5ad"))
    try file.delete("X")
    var sparse = MadeSparse(rows: madeCounts(cells: 40, genes: 10))
    sparse.indices[5] = 99
    try file.write(sparse, at: "X", layout: .csr, shape: [40, 10], of: Float.self)
    try file.close()
    try expect(
      "'X/indices' in 'x.h5ad' is damaged: entry 5 is 99, not in 0..<10", status: 65, ["x.h5ad"])
  }

  @Test func `indptr that falls`() throws {
    try make()
    let file = try File(editingAt: folder.path("x.h5ad"))
    try file.delete("X")
    var sparse = MadeSparse(rows: madeCounts(cells: 40, genes: 10))
    sparse.pointers[7] = 1
    try file.write(sparse, at: "X", layout: .csr, shape: [40, 10], of: Float.self)
    try file.close()
    let from = sparse.pointers[6]
    try expect(
      "'X/indptr' in 'x.h5ad' is damaged: it decreases from \(from) to 1 at entry 7", status: 65,
      ["x.h5ad"])
  }

  @Test func `no cells`() throws {
    let empty = try File(creatingAt: folder.path("x.h5ad"))
    let none = MadeSparse(rows: [])
    try empty.write(none, at: "X", layout: .csr, shape: [0, 1], of: Float.self)
    try empty.writeTable("obs", index: [])
    try empty.writeTable("var", index: ["g0"])
    try empty.close()
    try expect("'x.h5ad' has no cells", status: 65, ["x.h5ad"])
  }

  // MARK: Options

  @Test(arguments: [
    (["--visits", "0"], "'--visits' cannot be 0; give at least 1"),
    (["--threads", "0"], "'--threads' cannot be 0; give 1 to 1024"),
    (["--batch-shrinkage=-1"], "'--batch-shrinkage' cannot be -1.0; give 0 or more"),
    (["--n-latent", "0"], "'--n-latent' cannot be 0; give from 1 to 4096"),
  ])
  func `option values that cannot be`(arguments: [String], message: String) throws {
    try make()
    try expect(message, status: 64, ["x.h5ad"] + arguments)
  }

  @Test func `an option that is not there`() throws {
    let outcome = try Program.run(["x.h5ad", "-o", "out.h5ad", "--n-laten", "3"], in: folder.url)
    #expect(outcome.status == 64)
    #expect(outcome.error.contains("Unknown option '--n-laten'. Did you mean '--n-latent'?"))
  }
}
