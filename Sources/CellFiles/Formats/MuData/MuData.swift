internal import HDF5

/// The selected modality of an `.h5mu` file.
///
/// Format: <https://mudata.readthedocs.io/stable/notebooks/quickstart_mudata.html>.
struct MuData {
  /// The modality's name.
  let modality: String

  /// The path of its AnnData with a trailing slash: `mod/rna/`.
  var root: String { "mod/\(modality)/" }

  /// The notice about a modality chosen by default.
  let notice: String?

  /// Names of gene expression modalities, in the order of preference.
  private static let expression = ["rna", "gex", "gene_expression", "gene expression"]

  /// Finds the modality that the options select, the only one, or the one with gene expression.
  ///
  /// - Throws: ``CellFileError`` if the modality does not exist, or if several do; `HDF5Error`.
  init(in file: borrowing Container, options: ReadingOptions) throws {
    let modalities = try Self.modalities(in: file)
    if let wanted = options.modality {
      guard modalities.contains(wanted) else {
        throw CellFileError.noSuchModality(
          path: file.path, modality: wanted, modalities: modalities)
      }
      (modality, notice) = (wanted, nil)
      return
    }
    let likely = Self.expression.lazy.compactMap { name in
      modalities.first { $0.lowercased() == name }
    }.first
    guard let chosen = modalities.count == 1 ? modalities[0] : likely else {
      throw CellFileError.severalModalities(path: file.path, modalities: modalities)
    }
    modality = chosen
    notice =
      modalities.count == 1
      ? nil
      : "modality '\(chosen)' of '\(file.path)' is read; its modalities are "
        + "\(modalities.joined(separator: ", ")); choose another with `modality`"
  }

  /// Returns the names of the modalities, in the file's order.
  ///
  /// - Throws: `HDF5Error`.
  static func modalities(in file: borrowing Container) throws -> [String] {
    let present = try file.children(of: "mod").filter { try file.kind(of: "mod/\($0)") == .group }
    let ordered = try file.attribute("mod-order", of: "mod")?.strings ?? []
    return ordered.filter(present.contains) + present.filter { !ordered.contains($0) }
  }
}
