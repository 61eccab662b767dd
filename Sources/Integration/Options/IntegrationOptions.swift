public import Alignment
public import CellFiles
public import CountData
package import Support

public import NeuralNet
public import Training

/// Options of an integration: cells, genes, model, and training.
public struct IntegrationOptions: Equatable, Sendable, Codable {
  /// The number of highly variable genes, or of peaks that are accessible in the most cells, to select;
  /// 1 to 65,536.
  ///
  /// The default is 2,000 genes; see ``featureKind`` for peaks. More genes keep finer differences and
  /// take proportionally longer.
  public var geneCount = 2_000

  /// The genes to use instead of the highly variable ones, or `nil`.
  ///
  /// The default is `nil`. Genes missing from the data are left out, with a notice.
  public var geneList: [String]?

  /// The genes to exclude from the selection, or `nil` for none.
  ///
  /// The default is `nil`. Excluded genes still count in the totals of the cells. An exclusion that
  /// matches no gene gives a warning. Fewer than 10 remaining genes are an error.
  public var excludedGenes: [GeneExclusion]?

  /// The kind of the features; `nil` for that of the cells, ``CellDataset/featureKind``.
  ///
  /// The default is `nil`. If the features are then peaks, and ``geneCount`` and the loss have their
  /// defaults for genes, these become the defaults for peaks; for proteins the dropout rate and
  /// ``componentScaling`` do so. With a kind given, all options are used as they are;
  /// `IntegrationOptions(for: .peaks)` has the defaults for peaks. Peaks are counted in fragments, the input
  /// is their TF-IDF, and those accessible in the most cells of the batches are selected. Values of
  /// ``ReconstructionLoss/meanSquaredError`` are used unchanged, so they are never taken for peaks.
  public var featureKind: FeatureKind?

  /// The kind of the counts of peaks; `nil` to find out from the share of even numbers.
  ///
  /// The default is `nil`: each batch is judged by its counts up to 5. Reads and cut sites, of which a
  /// fragment has two, are divided by two and rounded up.
  public var peakCounts: PeakCounts?

  /// The minimum number of genes that exclusions must leave.
  package static let fewestGenes = GeneSelectionOptions.fewestGenes

  /// The minimum total count of a cell for training.
  ///
  /// The default is 1.
  public var minimumCounts = 1

  /// The minimum number of expressed genes of a cell for training.
  ///
  /// The default is 0.
  public var minimumGenes = 0

  /// The shape of the model.
  ///
  /// The default is `AutoencoderOptions()`.
  public var model = AutoencoderOptions()

  /// The options for training the model.
  ///
  /// The default is `TrainingOptions()`.
  public var training = TrainingOptions()

  /// The assumption about the populations of batches.
  ///
  /// The default is ``BatchComposition/matched``.
  public var composition = BatchComposition.matched

  /// The space of the embedding.
  ///
  /// The default is ``EmbeddingSpace/decoded``.
  public var space = EmbeddingSpace.decoded

  /// The number of principal components of the decoded space; at least 1.
  ///
  /// The default is 20, the number of latent dimensions; more components scored no better. It is
  /// ignored for an embedding in latent space.
  public var components = 20

  /// The exponent `p` of the standard deviation by which each component is divided; 0 to 1.
  ///
  /// The default is 0, for unscaled components; an integration of proteins has 0.5. A larger exponent
  /// gives fine differences more weight. This mixes batches more, and separates coarse types less.
  public var componentScaling: Float = 0

  /// The options for aligning clusters between batches; `nil` for no alignment.
  ///
  /// The default is to align with the default options.
  public var alignment: ClusterAlignmentOptions? = ClusterAlignmentOptions()

  /// The embedding that is aligned instead of training on counts: a key of `obsm`, or the path of a
  /// text table with one row per cell and the cells' names in the first column; `nil` for counts.
  ///
  /// The default is `nil`. A name that ends in `.csv`, `.tsv` or `.txt`, also with `.gz`, is a path.
  /// Options of genes, the model and the training must then have their defaults.
  public var fromEmbedding: String?

  /// The column of `obs` with cell types, for checking the preservation of each type; `nil` for
  /// none.
  ///
  /// The default is `nil`. It does not change the embedding.
  public var labelKey: String?

  /// The covariates whose effects are removed as those of batches are; `nil` for none.
  ///
  /// The default is `nil`. The decoder receives their values, so that the latent space need not carry
  /// them, and the alignment removes what is left of their effects in each cluster. Every cell needs a
  /// value. Differences between cell types that go with a covariate are removed as well.
  public var covariates: [CovariateKey]?

  /// The column of `obs` with a factor, such as a treatment, whose differences stay; `nil` for none.
  ///
  /// The default is `nil`. Batches are compared within its levels only, so that what goes with a level
  /// in all of its batches is not removed. Every cell needs a level, and some level two batches.
  public var protect: String?

  /// The column of `obs` with labels, such as cell types, within which batches are compared; `nil` for
  /// none.
  ///
  /// The default is `nil`. Cells may lack a label: they are compared by expression, as in a run without
  /// labels. Labels that are at odds with expression are not used.
  public var trainLabels: String?

  /// The text in ``trainLabels`` that stands for a missing label; `nil` for the usual ones.
  ///
  /// The default is `nil`, for `unknown`, `unlabelled`, `unlabeled`, each also with a capital, and `NA`.
  /// Missing values, "nan" and white space are never labels.
  public var unlabelled: String?

  /// The column of `obs` with the size of each cell, such as the area of its segment, by which counts
  /// are divided instead of by their total; `nil` for none.
  ///
  /// The default is `nil`. A cell's total then tells cell types apart that differ in RNA per size. In
  /// each batch, sizes are multiplied by one number, so that units do not matter. Every cell needs a
  /// finite size above 0. It is for counts of genes, not for peaks or
  /// ``ReconstructionLoss/meanSquaredError``. New cells that are mapped need the column as well.
  public var sizeFactor: String?

  /// The seed of every random choice.
  ///
  /// The default is 0. Two runs with the same seed on the same machine give the same embedding.
  public var seed: UInt64 = 0

  /// The number of threads; `nil` for one per core available to the process.
  ///
  /// The default is `nil`. The result does not depend on it.
  public var threads: Int?

  /// The bytes of memory for data that grows with the input; `nil` for half of the memory available
  /// to the process.
  ///
  /// The default is `nil`. Counts beyond half of it go to a scratch file in ``scratchFolder``. The
  /// result does not depend on it. The size of the blocks in which files are read does not follow it.
  public var memory: Int?

  /// The folder for scratch files, or `nil` for that of `TMPDIR`, or `/var/tmp`.
  ///
  /// The default is `nil`. The folder is cleaned up however the run ends. A folder that the system
  /// keeps in memory saves no memory.
  public var scratchFolder: String?

  /// The options for saving the training while it runs, or `nil` for no checkpoint.
  ///
  /// The default is `nil`.
  public var checkpoint: CheckpointOptions?

  /// The number of cells whose uncorrected positions are kept for the pictures of a report; at least 0.
  ///
  /// The default is 0. A report can show ``ReportOptions/pictureCells``. It does not change the
  /// result, takes about 120 bytes per cell, and is not in the record.
  public var uncorrectedCells = 0

  /// Makes the default options.
  public init() {}

  // A record holds all but what changes nothing in the result and is told elsewhere.
  package static let fields: [OptionField<Self>] = [
    OptionField(
      "geneCount", \.geneCount,
      ValidRange("1 to \(CountStore.geneLimit)") { (1...CountStore.geneLimit).contains($0) },
      unit: "count", key: "n_genes",
      help: "Number of highly variable genes, or of peaks accessible in the most cells, to use."),
    OptionField(
      optional: "featureKind", \.featureKind, unit: "kind",
      usual: "peaks for a modality named atac, the feature type Peaks, and names such as "
        + "chr1:100-600; proteins for a modality or table named prot, adt or protein, and the "
        + "feature type Antibody Capture; else genes",
      help: "Kind of the features: genes, peaks (counted in fragments, with TF-IDF input), or "
        + "proteins (without dropout, and with scaled components)."),
    OptionField(
      optional: "peakCounts", \.peakCounts, unit: "counts",
      usual: "reads where even numbers dominate; else fragments",
      help: "Counts of peaks: reads (or cut sites; two of a fragment, so they are halved) or "
        + "fragments (unchanged)."),
    OptionField(
      optional: "geneList", \.geneList, unit: "file", uses: [.record, .training],
      help: "File with the genes to use instead of highly variable ones, one per line; '-' for "
        + "standard input."),
    OptionField(
      optional: "excludedGenes", \.excludedGenes, unit: "genes", uses: .record,
      help: "Genes to exclude from the selection; they still count in the totals of cells. Give "
        + "gene "
        + "sets (" + GeneSet.allCases.map(\.rawValue).joined(separator: ", ")
        + "), patterns such as 'HLA-*', gene names, or files with one name per line."),
    OptionField(
      "minimumCounts", \.minimumCounts, ValidRange("at least 0") { $0 >= 0 },
      unit: "count", key: "min_counts",
      help: "Exclude cells with a smaller total count from the training."),
    OptionField(
      "minimumGenes", \.minimumGenes, ValidRange("at least 0") { $0 >= 0 },
      unit: "count", key: "min_genes",
      help: "Exclude cells with fewer expressed genes from the training."),
    OptionField("model", \.model, help: "Shape of the model."),
    OptionField("training", \.training, help: "Training of the model."),
    OptionField(
      "composition", \.composition, unit: "composition",
      help: "Assumption about the populations of batches: matched (found from expression; a "
        + "population of only one batch stays separate) or equal (the same in all batches)."),
    OptionField(
      "space", \.space, unit: "space", uses: [.record, .uns],
      help: "Space of the embedding: decoded (principal components of the corrected expression) or "
        + "latent (the autoencoder's latent space)."),
    OptionField(
      "components", \.components, ValidRange("1 to 1024") { (1...1024).contains($0) },
      unit: "count", uses: [.record, .uns],
      help: "Number of principal components of the embedding in decoded space."),
    OptionField(
      "componentScaling", \.componentScaling, ValidRange("0 to 1") { (0...1).contains($0) },
      unit: "exponent", uses: [.record, .uns],
      help: "Exponent of the standard deviation by which each component is divided, from 0 to 1; "
        + "larger values mix batches more and separate coarse types less."),
    OptionField(
      optional: "alignment", \.alignment, uses: [.record, .uns],
      help: "Alignment of clusters between batches."),
    OptionField(
      optional: "fromEmbedding", \.fromEmbedding, unit: "key", uses: [.record, .uns],
      help:
        "Align an embedding instead of training on counts: a key of 'obsm', such as X_pca, or a "
        + "table (.csv, .tsv) with one row per cell and the cells' names in the first column."),
    OptionField(
      optional: "labelKey", \.labelKey, unit: "column", uses: .record,
      help: "Column of 'obs' with cell types. Training does not use it: a warning names types that "
        + "are confounded with batches, and `Model` keeps the labels for 'map'."),
    OptionField(
      optional: "covariates", \.covariates,
      ValidRange("different columns of 'obs'") { keys in
        !keys.isEmpty && keys.allSatisfy { !$0.name.isEmpty }
          && Set(keys.map(\.name)).count == keys.count
      },
      unit: "columns", uses: .record,
      help: "Columns of 'obs' whose effects are removed as those of batches are, comma-separated, "
        + "such as percent_mito,phase. Numbers are continuous; text and truth values are "
        + "categorical. NAME:continuous or NAME:categorical forces the kind."),
    OptionField(
      optional: "protect", \.protect, ValidRange("a column of 'obs'") { !$0.isEmpty },
      unit: "column", uses: .all,
      help:
        "Column of 'obs' with a factor, such as a treatment, whose differences stay: batches are "
        + "compared within its levels only."),
    OptionField(
      optional: "trainLabels", \.trainLabels, ValidRange("a column of 'obs'") { !$0.isEmpty },
      unit: "column", uses: .all,
      help:
        "Column of 'obs' with labels, such as cell types, within which batches are compared. Cells "
        + "without a label are compared by expression."),
    OptionField(
      optional: "unlabelled", \.unlabelled, ValidRange("a text") { !$0.isEmpty },
      unit: "text", usual: "unknown, unlabelled, unlabeled, Unknown, Unlabelled, Unlabeled or NA",
      uses: .all,
      help: "Text that stands for a missing label, beside missing values."),
    OptionField(
      optional: "sizeFactor", \.sizeFactor, ValidRange("a column of 'obs'") { !$0.isEmpty },
      unit: "column", uses: .all,
      help:
        "Column of 'obs' with the size of each cell, such as the area of its segment, by which counts "
        + "are divided instead of by their total. For imaging panels."),
    // 'uns' has the seed beside the version, outside of the options.
    OptionField(
      "seed", \.seed, unit: "number", uses: [.record, .training],
      help: "Seed of all random choices."),
    OptionField(
      optional: "threads", \.threads, ValidRange("1 to 1024") { (1...1024).contains($0) },
      unit: "count", uses: .record,
      help: "Number of threads; the result does not depend on it."),
    OptionField(
      "uncorrectedCells", \.uncorrectedCells, ValidRange("at least 0") { $0 >= 0 },
      unit: "count", uses: [],
      help: "Number of cells whose uncorrected positions are kept."),
    OptionField(
      optional: "memory", \.memory, ValidRange("a number of bytes above 0") { $0 >= 1 },
      unit: "size", usual: "half of the available memory", uses: .record,
      help: "Memory for data that grows with the input, such as 512M or 4G; counts that do not fit "
        + "go to a scratch file. The result does not depend on it."),
    OptionField(
      optional: "scratchFolder", \.scratchFolder,
      unit: "folder",
      usual: "TMPDIR, or the output's folder if TMPDIR is held in memory", uses: .record,
      help: "Folder for scratch files, which should be on a disk."),
    OptionField(
      optional: "checkpoint", \.checkpoint, uses: .record,
      help: "Checkpoints of the training."),
  ]

  /// Reads the options of a record; ones that are absent have their defaults.
  public init(from decoder: any Decoder) throws {
    self.init()
    try decodeFields(from: decoder)
  }

  /// Writes the options of a record.
  public func encode(to encoder: any Encoder) throws { try encodeFields(to: encoder) }

  /// Checks that all values are valid.
  ///
  /// - Throws: ``OptionError``, ``UsageError``.
  public func validate() throws {
    try checkRanges()
    try model.checkRanges()
    for width in model.hidden where [model.encoderNorm, model.decoderNorm].contains(.group) {
      guard width.isMultiple(of: 16) && width > 16 else {
        throw OptionError(
          option: "hidden", value: "\(width)",
          expected: "a multiple of 16 from 32 on, as group norm has 16 groups")
      }
    }
    try training.validate()
    try alignment?.validate()
    guard unlabelled == nil || trainLabels != nil else {
      throw UsageError("`unlabelled` is a text among labels; give `trainLabels` as well")
    }
  }
}

extension IntegrationOptions {
  /// The options that select genes.
  var selection: GeneSelectionOptions {
    var selection = GeneSelectionOptions()
    (selection.count, selection.list, selection.excluded) = (geneCount, geneList, excludedGenes)
    selection.kind = featureKind ?? .genes
    return selection
  }

  /// Returns the rules by which the counts of a run's cells are read.
  func scanRules(for cells: CellDataset, sizes: [Double]? = nil) -> ScanRules {
    var rules = ScanRules()
    rules.genes = .selected(selection)
    (rules.minimumCounts, rules.minimumGenes) = (minimumCounts, minimumGenes)
    rules.anyScale = model.loss == .meanSquaredError
    rules.comparesCells = true
    rules.kind = featureKind ?? .genes
    rules.sizes = sizes
    return rules
  }

  /// Returns the bytes that stages after the training take beside tables of all cells: the sample
  /// of profiles that defines the embedding, or the alignment.
  func laterBytes(for cells: CellDataset) -> Int {
    let sampled = min(cells.count, basisCells)
    let genes = min(geneList?.count ?? geneCount, cells.genes.count)
    return max(alignmentBytes(for: cells), MemoryLayout<Float>.stride * sampled * genes)
  }

  /// The maximum number of cells from which the components of the decoded space are computed.
  var basisCells: Int {
    DecodedSpace.basisCells(features: geneList?.count ?? geneCount, featureKind ?? .genes)
  }

  /// Returns the bytes that the alignment of a run takes beside tables of all cells.
  func alignmentBytes(for cells: CellDataset) -> Int {
    alignment?.bytes(
      cells: cells.count, batches: cells.batches.names.count,
      dimensions: space == .decoded ? components : model.latent) ?? 0
  }
}

extension IntegrationOptions: DescribedOptions {}
