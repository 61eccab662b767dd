/// A kind of file that is known, but holds no matrix that can be read.
public enum UnreadableFormat: Sendable, Equatable {
  /// A program that makes one file of several.
  public enum Archive: String, Sendable {
    /// A `.zip`.
    case zip

    /// A `.tar`, also compressed.
    case tar
  }

  /// A program that makes files smaller.
  public enum Compression: String, Sendable {
    /// A `.gz`.
    case gzip

    /// A `.bz2`.
    case bzip2

    /// An `.xz`.
    case xz

    /// A `.zst`.
    case zstd
  }

  /// Molecules of Cell Ranger, before they are counted.
  case moleculeInfo

  /// A Seurat object.
  case h5Seurat

  /// An object of R: `.rds`.
  case rObject

  /// Several objects of R: `.RData`.
  case rObjects

  /// What lies there because the file was not downloaded.
  case notDownloaded(DownloadPlaceholder)

  /// A matrix as in files of 10x, without the names of cells and genes, by its group.
  case tenXWithoutNames(group: String)

  /// An AnnData that is a folder of pieces.
  case zarr

  /// Several files in one.
  case archive(Archive)

  /// A compressed file that is not text.
  case compressed(Compression)

  /// Text that is no matrix in Matrix Market's format.
  case text(isCompressed: Bool)

  /// HDF5 with anything else; the names at its root.
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
  /// Half a sentence, to stand behind "'x' is": what it is, and what to do.
  public var description: String {
    switch self {
    case .moleculeInfo:
      "a molecule_info file, which lists molecules; "
        + "give 'filtered_feature_bc_matrix.h5' from the same folder"
    case .h5Seurat:
      "an h5Seurat file, which is not read; convert it in R: "
        + "SeuratDisk::Convert(\"x.h5seurat\", dest = \"h5ad\")"
    case .rObject:
      "an R object, which is not read; convert it in R: "
        + "anndataR::write_h5ad(readRDS(\"x.rds\"), \"x.h5ad\")"
    case .rObjects:
      "objects of R that were saved together, which are not read; write the one with the counts in "
        + "R: load(\"x.RData\"); anndataR::write_h5ad(object, \"x.h5ad\")"
    case .notDownloaded(let placeholder): placeholder.description
    case .tenXWithoutNames(let group):
      "laid out as by 10x, but '\(group)' holds no 'barcodes' and no 'genes' or 'features': nothing "
        + "names its cells and genes; give the file that Cell Ranger wrote, or a matrix folder"
    case .zarr:
      "a zarr store, which is not read; convert it: "
        + "anndata.io.read_zarr(\"x.zarr\").write_h5ad(\"x.h5ad\")"
    case .archive(.zip):
      "a zip archive; unpack it, and give what is in it: unzip x.zip"
    case .archive(.tar):
      "a tar archive; unpack it, and give what is in it: tar -xf x.tar"
    case .compressed(let program):
      "compressed with \(program.rawValue); unpack it first: \(program.unpacking)"
    case .text(let isCompressed):
      "text\(isCompressed ? " compressed with gzip" : ""), but no matrix in Matrix Market's format; "
        + "convert a table of counts with a row for each cell: "
        + "anndata.io.read_csv(\"x.csv\").write_h5ad(\"x.h5ad\")"
    case .other(let contents) where contents.isEmpty:
      "an HDF5 file with nothing in it"
    case .other(let contents):
      "HDF5, but none of .h5ad, .h5mu, .loom and 10x; at its root are: "
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
