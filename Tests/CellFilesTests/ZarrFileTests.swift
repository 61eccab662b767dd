import CellFiles
import Foundation
import HDF5
import Testing
import TestSupport

/// Zarr stores of one AnnData, in every way that anndata and zarr write them, beside its `.h5ad`.
///
/// `Tests/Fixtures/make_zarr_stores.py` makes them.
@Suite struct ZarrFileTests {
  /// The stores that hold the AnnData, and the tables within stores.
  static let stores: [String] = {
    let folder = TestFiles.fixtures.appending(path: "formats").path
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    let others: Set = ["codecs.zarr.zip", "mudata.zarr.zip", "spatial_two.zarr.zip"]
    return names.filter { $0.contains(".zarr") && !others.contains($0) }.sorted()
      + ["spatial.zarr.zip/tables/table", "spatial_two.zarr.zip/tables/nuclei"]
  }()

  @Test func `every store is there`() {
    #expect(Self.stores.count == 20)
    #expect(Self.stores.contains("v2.zarr") && Self.stores.contains("v3.zarr"))
  }

  @Test(arguments: stores)
  func `a store holds what the .h5ad holds`(name: String) throws {
    let (known, read) = (fixture("zarr.h5ad"), fixture(name))
    #expect(try CellFileContents(ofFileAt: read).format == .zarr)
    let readings = try CellFileContents(ofFileAt: read).readings
    #expect(readings.count == (name.hasPrefix("spatial") ? 2 : 5))
    for options in readings {
      var options = options
      for threads in [1, 3] {
        options.threads = threads
        options.blockValues = threads == 1 ? options.blockValues : 20
        options.bandValues = threads == 1 ? options.bandValues : 30
        let (expected, found) = (
          try CellFile(readingAt: known, options: options),
          try CellFile(readingAt: read, options: options)
        )
        #expect(found.cellNames == expected.cellNames && found.genes == expected.genes)
        #expect(found.matrixName.hasSuffix(expected.matrixName))
        #expect(try rows(of: found) == rows(of: expected), "\(options.layer ?? "X")")
      }
    }
    let (expected, found) = (try CellFile(readingAt: known), try CellFile(readingAt: read))
    #expect(found.columnNames == expected.columnNames)
    #expect(found.varColumnNames == expected.varColumnNames)
    for column in expected.columnNames {
      #expect(try found.column(column) == expected.column(column), "\(column)")
    }
    #expect(try found.varColumn("gene_ids") == expected.varColumn("gene_ids"))
    #expect(try found.otherCountMatrices().count == readings.count - 1)
    let (tables, ours) = (try CellTables(readingAt: known), try CellTables(readingAt: read))
    #expect(ours.embeddingNames == ["X_pca"] && ours.geneCount == tables.geneCount)
    #expect(try ours.embedding("X_pca") == tables.embedding("X_pca"))
    #expect(try ours.column("note") == tables.column("note"))
  }

  @Test func `a MuData in zarr has its modalities`() throws {
    let path = fixture("mudata.zarr.zip")
    let contents = try CellFileContents(ofFileAt: path)
    #expect(contents.format == .zarrMuData && contents.modalities == ["rna", "prot"])
    let whole = try rows(of: CellFile(readingAt: fixture("zarr.h5ad")))
    #expect(try rows(of: CellFile(readingAt: path)) == whole)
    var options = ReadingOptions()
    options.modality = "prot"
    let proteins = try CellFile(readingAt: path, options: options)
    #expect(try rows(of: proteins) == whole.map { Array($0.prefix(4)) })
    options.modality = "atac"
    #expect(
      failure(path, options)
        == "'mudata.zarr.zip' has no modality 'atac'; it has: rna, prot")
  }

  @Test func `several tables are told apart`() throws {
    let path = fixture("spatial_two.zarr.zip")
    #expect(
      failure(path)
        == "'spatial_two.zarr.zip' is a SpatialData store of several tables; give one of: "
        + "spatial_two.zarr.zip/tables/cells, spatial_two.zarr.zip/tables/nuclei")
    #expect(
      failure("\(path)/tables/cell")
        == "cannot open 'spatial_two.zarr.zip/tables/cell': there is no such file")
  }

  @Test func `batches of several stores are named after them`() throws {
    let files = try ["v2.zarr", "v3_gzip.zarr.zip", "zarr.h5ad"].map {
      try CellFile(readingAt: fixture($0))
    }
    #expect(try JoinedCells(files, batchKey: nil).fileNames == ["v2", "v3_gzip", "zarr"])
    let tables = try ["cells", "nuclei"].map {
      try CellFile(readingAt: fixture("spatial_two.zarr.zip/tables/\($0)"))
    }
    #expect(try JoinedCells(tables, batchKey: nil).fileNames == ["cells", "nuclei"])
  }

  private func failure(_ path: String, _ options: ReadingOptions = ReadingOptions()) -> String {
    do {
      _ = try CellFile(readingAt: path, options: options)
      return "nothing was thrown"
    } catch {
      return "\(error)".replacing(fixture("") + "/", with: "")
    }
  }
}

/// What is said of zarr stores that hold something else, or not everything.
@Suite struct OtherZarrTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func write(_ key: String, _ text: String) throws {
    let file = folder.url.appending(path: "x.zarr/\(key)")
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: file)
  }

  private func group(_ key: String = "", _ attributes: String = "{}") throws {
    try write(
      key.isEmpty ? "zarr.json" : "\(key)/zarr.json",
      #"{"zarr_format": 3, "node_type": "group", "attributes": \#(attributes)}"#)
  }

  private func array(_ key: String) throws {
    try write(
      "\(key)/zarr.json",
      #"{"zarr_format": 3, "node_type": "array", "shape": [2], "data_type": "int8","#
        + #""chunk_grid": {"name": "regular", "configuration": {"chunk_shape": [2]}},"#
        + #""chunk_key_encoding": {"name": "default"}, "fill_value": 0,"#
        + #""codecs": [{"name": "bytes"}]}"#)
  }

  private var failure: String {
    do {
      _ = try CellFile(readingAt: folder.path("x.zarr"))
      return "nothing was thrown"
    } catch {
      return "\(error)".replacing(folder.url.path + "/", with: "")
    }
  }

  @Test func `images, arrays and tables that are absent`() throws {
    try group("", #"{"ome": {"multiscales": []}}"#)
    #expect(
      failure == "'x.zarr' is a zarr store of an image; give the table of its cells, such as "
        + "x.zarr/tables/table of a SpatialData store")
    try group()
    #expect(failure == "'x.zarr' is an empty zarr store")
    try array("lat")
    try array("temperature")
    #expect(
      failure
        == "'x.zarr' is a zarr store of arrays without 'obs' and 'var', as xarray writes; give "
        + "one that anndata wrote; its arrays are: lat, temperature")
    try group("more")
    #expect(
      failure
        == "'x.zarr' is a zarr store without 'obs' and 'var'; give one that anndata wrote; at "
        + "its root are: lat, more, temperature")
    try group("", #"{"spatialdata_attrs": {"version": "0.2"}}"#)
    #expect(
      failure
        == "'x.zarr' is a SpatialData store without tables; give one with a table of the cells, "
        + "such as x.zarr/tables/table")
  }

  @Test func `a store that is only half there`() throws {
    try group("obs")
    #expect(
      failure == "'x.zarr' is a zarr store that was not completely written or copied: its root has "
        + "neither 'zarr.json' nor '.zgroup'; write or copy it again")
    try group()
    try group("var")
    #expect(failure == "'x.zarr' has neither a matrix 'X' nor layers")
    try group("X", #"{"encoding-type": "csr_matrix", "shape": [2, 2]}"#)
    #expect(failure == "'x.zarr' has no 'obs/_index'")
    try array("obs/_index")
    try array("var/_index")
    #expect(failure == "'x.zarr' has no 'X/data'")
    try array("X/data")
    try array("X/indices")
    try array("X/indptr")
    #expect(failure == "'X/indptr' in 'x.zarr' is damaged: it has 2 entries, not 3")
  }

  @Test func `an array in place of a store`() throws {
    try array("")
    #expect(failure == "cannot open 'x.zarr': it is an array, not a group")
  }

  @Test func `a folder of stores`() throws {
    try group()
    try FileManager.default.createDirectory(
      at: folder.url.appending(path: "all"), withIntermediateDirectories: true)
    try FileManager.default.moveItem(
      at: folder.url.appending(path: "x.zarr"), to: folder.url.appending(path: "all/y.zarr"))
    do {
      _ = try CellFile(readingAt: folder.path("all"))
      Issue.record("it was read")
    } catch {
      #expect("\(error)".contains("give one of: \(folder.path("all/y.zarr"))"), "\(error)")
    }
  }
}
