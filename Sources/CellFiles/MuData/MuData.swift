internal import HDF5

/// Which modality of an `.h5mu` is read.
///
/// Format: <https://mudata.readthedocs.io/stable/notebooks/quickstart_mudata.html>.
struct MuData {
  /// The modality's name.
  let modality: String

  /// Where its AnnData is, with a slash behind: `mod/rna/`.
  var root: String { "mod/\(modality)/" }

  /// What was chosen without being asked for.
  let notice: String?

  /// Names that mean gene expression, in the order of preference.
  private static let expression = ["rna", "gex", "gene_expression", "gene expression"]

  /// Finds the modality that the options ask for, the only one, or that of gene expression.
  ///
  /// - Throws: ``CellFileError``, where there is none of that name, or several; `HDF5Error`.
  init(in file: borrowing File, options: ReadingOptions) throws {
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
      : "'\(chosen)' is read of '\(file.path)', whose modalities are "
        + "\(modalities.joined(separator: ", ")); '--modality' chooses another"
  }

  /// The names of the modalities, in the file's order.
  ///
  /// - Throws: `HDF5Error`.
  static func modalities(in file: borrowing File) throws -> [String] {
    let present = try file.children(of: "mod").filter { try file.kind(of: "mod/\($0)") == .group }
    let ordered = try file.attribute("mod-order", of: "mod")?.strings ?? []
    return ordered.filter(present.contains) + present.filter { !ordered.contains($0) }
  }
}
