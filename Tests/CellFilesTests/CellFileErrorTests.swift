import CellFiles
import HDF5
import Testing
import TestSupport

/// Each error as a user reads it, from a file damaged in that way.
@Suite struct CellFileErrorTests {
  let made: MadeFiles
  let counts: [[Double]] = [[1, 0, 2], [0, 3, 0], [4, 0, 0], [0, 5, 6]]

  init() throws { made = try MadeFiles() }

  /// The error of a compressed matrix that `damage` has changed.
  func failure(
    _ layout: MadeLayout = .csr, shape: [Int] = [4, 3], _ damage: (inout MadeSparse) -> Void
  ) -> String {
    made.failure { file in
      var sparse = MadeSparse(rows: layout == .csr ? counts : transposed(counts))
      damage(&sparse)
      try file.write(sparse, at: "X", layout: layout, shape: shape, of: Float.self)
      try file.writeTable("obs", index: ["a", "b", "c", "d"])
      try file.writeTable("var", index: ["x", "y", "z"])
    }
  }

  @Test func `an undamaged file throws nothing`() {
    #expect(failure { _ in } == "nothing was thrown")
    #expect(failure(.csc) { _ in } == "nothing was thrown")
  }

  @Test func `damaged indptr`() {
    #expect(
      failure { $0.pointers.removeLast() }
        == "'X/indptr' in 'a.h5ad' is damaged: it has 4 entries, not 5")
    #expect(
      failure { $0.pointers[0] = 1 } == "'X/indptr' in 'a.h5ad' is damaged: it starts with 1, not 0"
    )
    #expect(
      failure { $0.pointers[2] = 1 }
        == "'X/indptr' in 'a.h5ad' is damaged: it decreases from 2 to 1 at entry 2")
    #expect(
      failure { $0.pointers[1] = -1 }
        == "'X/indptr' in 'a.h5ad' is damaged: it decreases from 0 to -1 at entry 1")
    #expect(
      failure { $0.pointers[4] = 9 }
        == "'X/indptr' in 'a.h5ad' is damaged: it ends with 9, but there are 6 values")
    #expect(
      failure(.csc) { $0.pointers[3] = 5 }
        == "'X/indptr' in 'a.h5ad' is damaged: it ends with 5, but there are 6 values")
  }

  @Test func `damaged indices`() {
    #expect(
      failure { $0.indices[3] = 3 }
        == "'X/indices' in 'a.h5ad' is damaged: entry 3 is 3, not in 0..<3")
    #expect(
      failure { $0.indices[5] = -1 }
        == "'X/indices' in 'a.h5ad' is damaged: entry 5 is -1, not in 0..<3")
    #expect(
      failure(.csc) { $0.indices[5] = 4 }
        == "'X/indices' in 'a.h5ad' is damaged: entry 5 is 4, not in 0..<4")
    #expect(
      failure { $0.indices.removeLast() }
        == "'X/indices' in 'a.h5ad' is damaged: it has 5 indices for 6 values")
  }

  @Test func `an index that is larger than 32 bits`() {
    #expect(
      made.failure { file in
        try file.writeAnnData(counts)
        try file.delete("X/indices")
        try file.write([0, 2, 1, 5_000_000_000, 1, 2], at: "X/indices")
      } == "'X/indices' in 'a.h5ad' is damaged: entry 3 is 5000000000, not in 0..<3")
  }

  @Test func `shapes that do not fit the names`() {
    #expect(
      failure(shape: [4, 5]) { _ in }
        == "'X' in 'a.h5ad' has shape [4, 5], but there are names of 4 cells and 3 genes")
    #expect(
      failure(shape: [4]) { _ in }
        == "'X' in 'a.h5ad' has shape [4], but a matrix of cells and genes has two dimensions")
    #expect(
      failure(shape: [4, -3]) { _ in }
        == "'X' in 'a.h5ad' is damaged: its stated shape is [4, -3]")
    #expect(
      failure(shape: [4, 1 << 40]) { _ in }
        == "'X' in 'a.h5ad' is damaged: its stated shape is [4, 1099511627776]")
    #expect(
      made.failure { file in
        try file.writeAnnData(counts, layout: .dense, genes: ["x"])
      } == "'X' in 'a.h5ad' has shape [4, 3], but there are names of 4 cells and 1 genes")
  }

  @Test func `no cells, no genes`() {
    #expect(
      made.failure { file in
        try file.write([Float](), at: "X", shape: [0, 2])
        try file.writeTable("obs", index: [])
        try file.writeTable("var", index: ["x", "y"])
      } == "'a.h5ad' has no cells")
    #expect(
      made.failure { file in
        try file.write([Float](), at: "X", shape: [2, 0])
        try file.writeTable("obs", index: ["a", "b"])
        try file.writeTable("var", index: [])
      } == "'a.h5ad' has no genes")
  }

  @Test func `no X`() {
    func fill(_ file: borrowing File) throws {
      try file.writeTable("obs", index: ["a"])
      try file.writeTable("var", index: ["x"])
    }
    #expect(made.failure { try fill($0) } == "'a.h5ad' has neither a matrix 'X' nor layers")
    #expect(
      made.failure { file in
        try fill(file)
        try file.writeMatrix([[1]], at: "layers/counts", of: Float.self)
        try file.writeMatrix([[1]], at: "layers/spliced", of: Float.self)
      } == "'a.h5ad' has no matrix 'X'; choose one of its layers with `layer`: counts, spliced")
  }

  @Test func `no such layer, no raw`() {
    var options = ReadingOptions()
    options.layer = "count"
    #expect(
      made.failure(options) { try $0.writeAnnData(counts) }
        == "'a.h5ad' has no layer 'count' and no other layers")
    #expect(
      made.failure(options) { file in
        try file.writeAnnData(counts)
        try file.writeMatrix(counts, at: "layers/counts", of: Float.self)
      }
        == "'a.h5ad' has no layer 'count' (did you mean 'counts'?); its layers are: counts")
    options.layer = nil
    options.useRaw = true
    #expect(
      made.failure(options) { try $0.writeAnnData(counts) }
        == "'a.h5ad' has no 'raw'; leave out `useRaw`")
  }

  @Test func `a matrix of strings, or of another encoding`() {
    #expect(
      made.failure { file in
        try file.writeAnnData(counts)
        try file.delete("X")
        try file.write(strings: ["a"], at: "X", shape: [1, 1])
      } == "'X' in 'a.h5ad' holds strings, not numbers")
    #expect(
      made.failure { file in
        try file.writeAnnData(counts)
        try file.setAttribute("encoding-type", of: "X", to: .string("coo_matrix"))
      } == "'X' in 'a.h5ad' has an unknown encoding ('coo_matrix'); write the file again with a "
        + "current anndata")
    #expect(
      made.failure { file in
        try file.writeAnnData(counts)
        try file.delete("X/indices")
      } == "'a.h5ad' has no 'X/indices'; there are: data, indptr")
  }

  @Test func `other files are named`() {
    #expect(
      made.failure(name: "molecule_info.h5") { file in
        try file.write([1], at: "barcode_idx")
        try file.write([1], at: "umi")
      } == "'molecule_info.h5' is a molecule_info file, which lists molecules; "
        + "give 'filtered_feature_bc_matrix.h5' from the same folder")
    #expect(
      made.failure(name: "a.loom") { file in
        try file.write([1], at: "matrix")
        try file.createGroup("row_attrs")
        try file.createGroup("col_attrs")
      } == "'matrix' in 'a.loom' has shape [1], but a matrix of cells and genes has two dimensions")
    #expect(
      made.failure(name: "a.h5mu") { file in
        for name in ["mod", "obs", "var"] { try file.createGroup(name) }
      } == "'a.h5mu' holds no modalities")
    #expect(
      made.failure(name: "a.h5") { file in
        try file.createGroup("images")
        try file.createGroup("masks")
      } == "'a.h5' is HDF5, but not .h5ad, .h5mu, .loom or 10x; at its root are: images, masks"
    )
    #expect(made.failure(name: "a.h5") { _ in } == "'a.h5' is an empty HDF5 file")
  }

  @Test func `damaged columns`() throws {
    let path = try made.make { file in
      try file.writeMatrix(counts, at: "X", of: Float.self)
      try file.writeTable("obs", index: ["a", "b", "c", "d"], columns: ["code", "short", "odd"])
      try file.writeTable("var", index: ["x", "y", "z"])
      try file.writeCategorical("obs/code", codes: [0, 1, 2, 0], categories: ["T", "B"])
      try file.write([1, 2], at: "obs/short")
      try file.write([1], at: "obs/odd/values")
      try file.setAttribute("encoding-type", of: "obs/odd", to: .string("awkward-array"))
    }
    let file = try CellFile(readingAt: path)
    #expect(
      made.text { _ = try file.column("code") }
        == "'obs/code' in 'a.h5ad' is damaged: row 2 has the code 2, but there are 2 categories")
    #expect(
      made.text { _ = try file.column("short") } == "'obs/short' in 'a.h5ad' has 2 entries, not 4")
    #expect(
      made.text { _ = try file.column("odd") }
        == "'obs/odd' in 'a.h5ad' has an unknown encoding ('awkward-array'); write the file again "
        + "with a current anndata")
  }

  @Test func `no such column`() throws {
    let plain = try CellFile(readingAt: made.make { try $0.writeAnnData(counts) })
    #expect(
      made.text { _ = try plain.column("batch") }
        == "'a.h5ad' has no column 'batch': it contains only the names of its cells; give a table "
        + "with that column as `cellTable`")
    let path = try made.make { file in
      try file.writeMatrix(counts, at: "X", of: Float.self)
      try file.writeTable("obs", index: ["a", "b", "c", "d"], columns: ["donor", "n"])
      try file.writeTable("var", index: ["x", "y", "z"])
      try file.write(strings: ["p", "p", "q", "q"], at: "obs/donor")
      try file.write([1, 2, 3, 4], at: "obs/n")
    }
    let file = try CellFile(readingAt: path)
    #expect(
      made.text { _ = try file.column("batch") }
        == "'a.h5ad' has no column 'batch' in 'obs'; there are: donor, n; columns "
        + "that look like a batch key: donor (2 levels)")
  }
}
