import CellFiles
import Foundation
import HDF5
internal import Support
import Testing
import TestSupport

/// Files that other programs wrote, over ten years.
@Suite(.enabled(if: TestFiles.shared != nil, "the folder of real data is not here"))
struct RealFileTests {
  /// The number of cells and genes that each file is known to have.
  static let shapes = [
    ("formats/10x_cellranger1.2_filtered_gene_bc_matrices.h5", 12, 343),
    ("formats/10x_cellranger3.0_filtered_feature_bc_matrix.h5", 1107, 507),
    ("formats/10x_rliger_ctrl.h5", 300, 266),
    ("formats/10x_seurat_visium_filtered_feature_bc_matrix.h5", 2695, 100),
    ("formats/10x_visium1.0_filtered_feature_bc_matrix.h5", 100, 100),
    ("formats/anndataR_example.h5ad", 50, 100),
    ("formats/anndata_v0.5.0.h5ad", 700, 765),
    ("formats/anndata_v0.7.8.h5ad", 30, 20),
    ("formats/cellxgene_1e4dfec4.h5ad", 3, 4),
    ("formats/desc_paul15_cluster.h5ad", 2730, 3451),
    ("formats/scimilarity_test.h5ad", 1000, 1000),
    ("formats/scvi_TM_droplet_mat.h5ad", 47, 10),
    ("formats/scvi_brainlarge_dataset_test.h5ad", 70, 720),
    ("formats/scvi_pbmc_5k_protein_v3.h5ad", 200, 16581),
    ("formats/scvi_exp_activation_totalvi_re.h5ad", 400, 100),
    ("formats/zellkonverter_example_anndata.h5ad", 200, 459),
    ("formats/zellkonverter_krumsiek11.h5ad", 640, 11),
    ("data/lungmix_celseq2_dropseq.h5ad", 1021, 11533),
    ("data/pancreas_panc8_small.h5ad", 500, 1947),
    ("data/pbmc_kang_ctrl_stim.h5ad", 1939, 9015),
  ]

  func open(_ name: String, _ options: ReadingOptions = .init()) throws -> CellFile {
    try CellFile(readingAt: #require(TestFiles.shared(name)).path, options: options)
  }

  @Test(arguments: shapes)
  func `every file opens and reads to its end`(name: String, cells: Int, genes: Int) throws {
    let file = try open(name)
    #expect(file.cellCount == cells)
    #expect(file.geneCount == genes)
    var (rows, stored) = (0, 0)
    try file.forEachRowBlock(as: Float.self) { block in
      #expect(block.firstRow == rows)
      rows += block.rowCount
      stored += block.values.count
    }
    #expect(rows == cells)
    #expect(stored > 0 && stored <= file.storage.storedCount)
    for column in file.columnNames {
      #expect(try file.column(column).count == cells, "\(column)")
    }
    for column in file.varColumnNames {
      #expect(try file.varColumn(column).count == genes, "\(column)")
    }
  }

  @Test func `the layers of one matrix agree in every layout`() throws {
    func layer(_ name: String) throws -> [[Double]] {
      var options = ReadingOptions()
      options.layer = name
      return try rows(of: open("formats/anndataR_example.h5ad", options))
    }
    let counts = try layer("counts")
    #expect(try layer("csc_counts") == counts)
    #expect(try layer("dense_counts") == counts)
    #expect(
      try open("formats/anndataR_example.h5ad").otherCountMatrices() == [
        "layers/counts", "layers/csc_counts", "layers/dense_counts",
      ])
  }

  @Test func `columns of every kind that R wrote`() throws {
    let file = try open("formats/anndataR_example.h5ad")
    #expect(try file.column("IntNA").labels().prefix(3) == [nil, "42", "42"])
    #expect(try file.column("BoolNA").labels().prefix(3) == ["False", nil, "True"])
    #expect(try file.column("leiden").levels().names.count == 6)
  }

  @Test func `records and their categories of anndata 0,5`() throws {
    let file = try open("formats/anndata_v0.5.0.h5ad")
    #expect(
      file.columnNames == [
        "bulk_labels", "n_genes", "percent_mito", "n_counts", "S_score", "G2M_score", "phase",
        "louvain",
      ])
    #expect(file.cellNames.first == "AAAGCCTGGCTAAC-1")
    #expect(try file.column("phase").levels().names == ["G1", "G2M", "S"])
    var options = ReadingOptions()
    options.useRaw = true
    let raw = try open("formats/anndata_v0.5.0.h5ad", options)
    #expect(raw.matrixName == "raw.X")
    #expect(raw.storage.storedCount == 174_400)
  }

  @Test func `references of anndata 0,7`() throws {
    let file = try open("formats/anndata_v0.7.8.h5ad")
    guard case .categorical(_, let categories, let ordered) = try file.column("cat_ordered") else {
      Issue.record("the column is not categorical")
      return
    }
    #expect(ordered)
    #expect(categories.count == 24)
    #expect(file.storage.filters == [32000])
  }

  @Test func `a file without a matrix`() throws {
    let path = try #require(TestFiles.shared("formats/anndata_v0.11.4.h5ad")).path
    #expect(throws: CellFileError.noMatrix(path: path, matrix: "X", layers: [])) {
      try CellFile(readingAt: path)
    }
  }

  @Test func `batch keys of real files`() throws {
    #expect(
      try open("data/pancreas_panc8_small.h5ad").batchKeyCandidates().map(\.name) == [
        "batch", "tech", "replicate", "orig.ident",
      ])
    let joined = try JoinedCells([open("data/lungmix_celseq2_dropseq.h5ad")], batchKey: "batch")
    #expect(
      joined.batches.names == [
        "CELseq2", "CELseq2_5cl_p1", "CELseq2_5cl_p2", "CELseq2_5cl_p3", "Dropseq",
      ])
    #expect(joined.batches.cellCounts == [240, 156, 163, 252, 210])
  }
}
