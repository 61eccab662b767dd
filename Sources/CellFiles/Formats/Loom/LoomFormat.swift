internal import HDF5

extension CellFileFormat {
  /// A loom file of version 2 or 3.
  package static let loom = CellFileFormat(LoomFormat())
}

/// The format of loom: a dense matrix of genes × cells with layers and attributes.
struct LoomFormat: ContainerFormat {
  let name = "loom"
  let selections: Set<MatrixSelection> = [.layer]
  let clauseWithoutGeneNames: String? = "has no attribute 'Gene'"

  func recognizes(_ names: Set<String>, in file: borrowing Container) -> Bool {
    names.isSuperset(of: ["row_attrs", "col_attrs"])
      && (names.contains("matrix") || names.contains("layers"))
  }

  func parts(in file: borrowing Container, options: ReadingOptions) throws -> CellFileParts {
    let read = try LoomContents(in: file, options: options)
    return CellFileParts(
      matrix: read.matrix, cellNames: read.cellNames, genes: read.genes, obs: read.obs,
      variables: read.variables, notices: read.notices)
  }

  func paths(ofMatricesBeside matrix: String, in file: borrowing Container) throws -> [String] {
    try ["matrix"] + LoomContents.layers(in: file).map { "layers/\($0)" }
  }

  func matrices(in file: borrowing Container) throws -> MatrixList {
    let layers = try LoomContents.layers(in: file).map { layer in
      var options = ReadingOptions()
      options.layer = layer
      return options
    }
    let hasMatrix = try file.kind(of: "matrix") == .dataset || layers.isEmpty
    return MatrixList(readings: (hasMatrix ? [ReadingOptions()] : []) + layers)
  }
}
