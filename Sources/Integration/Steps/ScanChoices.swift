package import CellFiles
internal import CountData

/// The choice of what is read of a file, and of the cells that count; the same for all files of a
/// plan.
package struct ScanChoices: Codable, Equatable, Sendable {
  /// The column of `obs` with the batch of each cell; `nil` if each file is a batch.
  package var batchKey: String?

  /// The layer to read instead of `X`.
  package var layer: String?

  /// A flag that is true to read `raw/X` instead of `X`.
  package var useRaw = false

  /// The genome to read from a 10x file.
  package var genome: String?

  /// The modality to read from an `.h5mu`.
  package var modality: String?

  /// The feature type to read from a 10x file or folder.
  package var featureType: String?

  /// The minimum total count of a cell for training.
  package var minimumCounts: Int

  /// The minimum number of expressed genes of a cell for training.
  package var minimumGenes: Int

  /// Takes the choices.
  ///
  /// - Parameters:
  ///   - batchKey: The column with the batches; `nil` if each file is a batch.
  ///   - reading: The options that select the matrix.
  ///   - minimumCounts: The minimum total count of a cell for training.
  ///   - minimumGenes: The minimum number of expressed genes of a cell for training.
  package init(
    batchKey: String?, _ reading: ReadingOptions, minimumCounts: Int, minimumGenes: Int
  ) {
    self.batchKey = batchKey
    (layer, useRaw, genome) = (reading.layer, reading.useRaw, reading.genome)
    (modality, featureType) = (reading.modality, reading.featureType)
    (self.minimumCounts, self.minimumGenes) = (minimumCounts, minimumGenes)
  }

  /// The filter of the cells of the training.
  var filter: CellFilter { CellFilter(minimumCounts: minimumCounts, minimumGenes: minimumGenes) }

  /// Returns the options for reading a file.
  func reading(_ resources: StepResources) -> ReadingOptions {
    var options = ReadingOptions()
    (options.layer, options.useRaw, options.genome) = (layer, useRaw, genome)
    (options.modality, options.featureType) = (modality, featureType)
    options.threads = resources.threads
    options.fit(memory: resources.memory)
    return options
  }

  /// Returns the name of the first choice in which another differs; `nil` if they are equal.
  func difference(from other: ScanChoices) -> String? {
    if batchKey != other.batchKey { return "batchKey" }
    if layer != other.layer { return "layer" }
    if useRaw != other.useRaw { return "useRaw" }
    if genome != other.genome { return "genome" }
    if modality != other.modality { return "modality" }
    if featureType != other.featureType { return "featureType" }
    if minimumCounts != other.minimumCounts { return "minimumCounts" }
    return minimumGenes != other.minimumGenes ? "minimumGenes" : nil
  }
}
