/// A known file format without a readable matrix.
package enum UnreadableFormat: Sendable, Equatable {
  /// A format that packs several files into one.
  package enum Archive: String, Sendable {
    /// A `.zip` file.
    case zip

    /// A `.tar` file, plain or compressed.
    case tar
  }

  /// A compression format.
  package enum Compression: String, Sendable {
    /// A `.gz` file.
    case gzip

    /// A `.bz2` file.
    case bzip2

    /// An `.xz` file.
    case xz

    /// A `.zst` file.
    case zstd
  }

  /// A Cell Ranger molecule file, before counting.
  case moleculeInfo

  /// A Seurat object.
  case h5Seurat

  /// An R object: `.rds`.
  case rObject

  /// Several R objects: `.RData`.
  case rObjects

  /// A placeholder for a file that was not downloaded.
  case notDownloaded(DownloadPlaceholder)

  /// A matrix of the 10x format without the names of cells and genes, in the given group.
  case tenXWithoutNames(group: String)

  /// A zarr store without the metadata of its root.
  case incompleteZarr

  /// A zarr store that is no AnnData.
  case otherZarr(OtherZarrStore)

  /// An archive of several files.
  case archive(Archive)

  /// A compressed file that is not text.
  case compressed(Compression)

  /// Text that is not a Matrix Market matrix.
  case text(isCompressed: Bool)

  /// An HDF5 file with other contents, given by the names at its root.
  case other(contents: [String])
}

extension UnreadableFormat {
  /// Recognizes HDF5 files by the names at their root.
  init(_ names: Set<String>) {
    if names.contains("umi"), names.contains("barcode_idx") || names.contains("barcode") {
      self = .moleculeInfo
    } else if names.isSuperset(of: ["assays", "meta.data"]) {
      self = .h5Seurat
    } else {
      self = .other(contents: names.sorted())
    }
  }
}

extension UnreadableFormat: CustomStringConvertible {
  /// Half a sentence for use after "'x' is": the format and what to do.
  package var description: String {
    switch self {
    case .moleculeInfo:
      "a molecule_info file, which lists molecules; "
        + "give 'filtered_feature_bc_matrix.h5' from the same folder"
    case .h5Seurat:
      "an h5Seurat file, which is not supported; convert it in R: "
        + "SeuratDisk::Convert(\"x.h5seurat\", dest = \"h5ad\")"
    case .rObject:
      "an R object, which is not supported; convert it in R: "
        + "anndataR::write_h5ad(readRDS(\"x.rds\"), \"x.h5ad\")"
    case .rObjects:
      "an R workspace, which is not supported; write the object with the counts in "
        + "R: load(\"x.RData\"); anndataR::write_h5ad(object, \"x.h5ad\")"
    case .notDownloaded(let placeholder): placeholder.description
    case .tenXWithoutNames(let group):
      "in the layout of 10x, but '\(group)' has no 'barcodes' and no 'genes' or 'features', so its "
        + "cells and genes have no names; give the file that Cell Ranger wrote, or a matrix folder"
    case .incompleteZarr:
      "a zarr store that was not completely written or copied: its root has neither 'zarr.json' nor "
        + "'.zgroup'; write or copy it again"
    case .otherZarr(let store): store.description
    case .archive(.zip):
      "a zip archive; unpack it and give its contents: unzip x.zip"
    case .archive(.tar):
      "a tar archive; unpack it and give its contents: tar -xf x.tar"
    case .compressed(let program):
      "compressed with \(program.rawValue); unpack it first: \(program.unpacking)"
    case .text(let isCompressed):
      "text\(isCompressed ? " compressed with gzip" : ""), but not a matrix in Matrix Market format; "
        + "convert a table of counts with a row for each cell: "
        + "anndata.io.read_csv(\"x.csv\").write_h5ad(\"x.h5ad\")"
    case .other(let contents) where contents.isEmpty:
      "an empty HDF5 file"
    case .other(let contents):
      "HDF5, but not .h5ad, .h5mu, .loom or 10x; at its root are: "
        + contents.prefix(20).joined(separator: ", ")
    }
  }
}

extension UnreadableFormat.Compression {
  /// The command that unpacks a file.
  fileprivate var unpacking: String {
    switch self {
    case .gzip: "gunzip x.gz"
    case .bzip2: "bunzip2 x.bz2"
    case .xz: "unxz x.xz"
    case .zstd: "unzstd x.zst"
    }
  }
}
