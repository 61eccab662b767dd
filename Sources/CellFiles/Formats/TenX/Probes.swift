internal import HDF5

/// The genes of the probes of a 10x file; a gene can have several probes.
///
/// `raw_probe_bc_matrix.h5` has one row per probe. `id` is the probe's identifier, `gene_id` the
/// gene's, and `filtered_probes` marks the probes that Cell Ranger counts.
struct Probes {
  /// The identifier of each probe's gene.
  let geneIDs: [String]

  /// The symbol of each probe's gene.
  let symbols: [String]

  /// A flag for each probe that is true if the probe counts.
  let isUsed: [Bool]

  /// Determines whether the features of a file are probes; `nil` if they are genes.
  ///
  /// - Parameters:
  ///   - file: The file.
  ///   - present: The names of the datasets about features.
  ///   - ids: The features' identifiers, if there are any.
  ///   - names: The features' names.
  /// - Throws: ``CellFileError`` if lengths differ; `HDF5Error`.
  init?(
    in file: borrowing Container, _ present: [String], ids: [String]?, names: [String]
  ) throws {
    func strings(_ name: String) throws -> [String]? {
      guard present.contains(name) else { return nil }
      return try Self.checked(
        file.strings("matrix/features/\(name)"), name, count: names.count, file.path)
    }
    guard let ids, ids.count == names.count else { return nil }
    if let genes = try strings("gene_id"), genes != ids {
      geneIDs = genes
      symbols = try strings("gene_name") ?? names
    } else {
      // "ENSG00000141510|TP53|fe9dde4"
      let parts = ids.map { $0.split(separator: "|", omittingEmptySubsequences: false) }
      guard present.contains("probe_region") || present.contains("filtered_probes"),
        parts.allSatisfy({ $0.count == 3 })
      else { return nil }
      geneIDs = parts.map { String($0[0]) }
      symbols = parts.map { String($0[1]) }
    }
    isUsed =
      present.contains("filtered_probes")
      ? try Self.checked(
        file.booleans("matrix/features/filtered_probes"), "filtered_probes", count: names.count,
        file.path) : [Bool](repeating: true, count: names.count)
  }

  /// Returns the gene of a probe.
  func gene(_ probe: Int) -> Gene { Gene(name: symbols[probe], id: geneIDs[probe]) }

  private static func checked<Value>(
    _ values: [Value], _ name: String, count: Int, _ path: String
  ) throws -> [Value] {
    guard values.count == count else {
      throw CellFileError.lengthMismatch(
        path: path, object: "matrix/features/\(name)", found: values.count, expected: count)
    }
    return values
  }
}
