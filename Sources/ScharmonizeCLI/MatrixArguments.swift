internal import ArgumentParser
internal import Harmonize

/// Options that select the matrix of a file.
struct MatrixArguments: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Layer of an .h5ad, .h5mu, .zarr or .loom to read instead of the main matrix, or a table of "
        + "'obsm', such as obsm/protein_expression.",
      valueName: "name"))
  var layer: String?

  @Flag(help: "Read 'raw/X' of an .h5ad, .h5mu or .zarr instead of 'X'.")
  var useRaw = false

  @Option(
    help: ArgumentHelp(
      "Genome to read from a 10x file of version 2 with several genomes.", valueName: "name"))
  var genome: String?

  @Option(
    help: ArgumentHelp(
      "Modality of a MuData, such as an .h5mu, to read. (default: the only one, or 'rna')",
      valueName: "name"))
  var modality: String?

  @Option(
    help: ArgumentHelp(
      "Feature type to read from a 10x file or folder of version 3. (default: 'Gene Expression', or "
        + "the only one)", valueName: "type"))
  var featureType: String?

  func validate() throws {
    guard layer == nil || !useRaw else {
      throw ValidationError("'--layer' and '--use-raw' cannot be combined; give one.")
    }
  }

  /// The options for reading the matrix.
  var options: ReadingOptions {
    var options = ReadingOptions()
    options.layer = layer
    options.useRaw = useRaw
    options.genome = genome
    options.modality = modality
    if let featureType { (options.featureType, options.requiresType) = (featureType, true) }
    return options
  }
}
