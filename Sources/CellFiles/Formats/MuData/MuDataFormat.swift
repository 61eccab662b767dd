internal import HDF5

extension CellFileFormat {
  /// A MuData in HDF5: several AnnData, the modalities, in one file.
  package static let h5mu = CellFileFormat(MuDataFormat(isInZarr: false))

  /// A MuData in a zarr store.
  package static let zarrMuData = CellFileFormat(MuDataFormat(isInZarr: true))
}

/// The format of MuData, of which one modality is read.
struct MuDataFormat: ContainerFormat {
  /// A flag that is true for zarr stores, and false for HDF5.
  let isInZarr: Bool

  let holdsTables = true
  let selections: Set<MatrixSelection> = [.modality, .layer, .raw]

  var name: String { isInZarr ? "zarr (MuData)" : "h5mu" }

  func recognizes(_ names: Set<String>, in file: borrowing Container) throws -> Bool {
    guard names.contains("mod"), file.isZarr == isInZarr else { return false }
    return try file.kind(of: "mod") == .group
  }

  func parts(in file: borrowing Container, options: ReadingOptions) throws -> CellFileParts {
    let container = try MuData(in: file, options: options)
    var parts = try CellFileParts(file, root: container.root, options: options)
    if let own = parts.obs as? Table {
      do {
        parts.obs = try MuDataTable(own: own, modality: container.modality, in: file)
      } catch {
        parts.notices.append("the columns of the file's common 'obs' are left out: \(error)")
      }
    }
    if let notice = container.notice { parts.notices.append(notice) }
    return parts
  }

  func paths(ofMatricesBeside matrix: String, in file: borrowing Container) throws -> [String] {
    let root = matrix.split(separator: "/").prefix(2).map { "\($0)/" }.joined()
    return try AnnDataFormat.paths(in: file, root: root)
  }

  func matrices(in file: borrowing Container) throws -> MatrixList {
    let names = try MuData.modalities(in: file)
    let preferred = try? MuData(in: file, options: ReadingOptions()).modality
    var readings: [ReadingOptions] = []
    for name in [preferred].compactMap(\.self) + names.filter({ $0 != preferred }) {
      var options = ReadingOptions()
      // The default modality needs no option.
      options.modality = name == preferred ? nil : name
      // Opening a damaged modality throws its error.
      readings +=
        (try? AnnDataFormat.readings(in: file, root: "mod/\(name)/", options)) ?? [options]
    }
    return MatrixList(readings: readings, modalities: names)
  }
}
