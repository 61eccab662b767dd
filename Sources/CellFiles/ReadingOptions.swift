internal import Machine

/// Which matrix of a file is read, and in which pieces.
public struct ReadingOptions: Sendable, Equatable {
  /// The layer that is read instead of `X`, such as `"counts"`; for `.h5ad`, `.h5mu` and
  /// `.loom`.
  ///
  /// The default is `nil`: `X`.
  public var layer: String?

  /// Whether `raw/X`, with the genes of `raw/var`, is read instead of `X`; for `.h5ad` and
  /// `.h5mu`.
  ///
  /// The default is `false`. Ignored where ``layer`` is given.
  public var useRaw = false

  /// The genome whose genes are read, such as `"GRCh38"`; for 10x files only.
  ///
  /// The default is `nil`: all genes, which a file of Cell Ranger 2 has to have of one genome.
  public var genome: String?

  /// The features of a 10x file or folder that are read; `nil` for all.
  ///
  /// The default is `"Gene Expression"`. Ignored where the file names no types.
  public var featureType: String? = "Gene Expression"

  /// The modality of an `.h5mu` that is read, such as `"rna"`; for `.h5mu` only.
  ///
  /// The default is `nil`: the only one, or the one called `rna`.
  public var modality: String?

  /// The files that name the cells and genes, or say more about the cells.
  ///
  /// The default names none: what stands beside a matrix is found.
  public var companions = Companions()

  /// How many stored values a block of rows holds at most, unless one row holds more.
  ///
  /// The default is about a million. Some blocks are read ahead on each thread; larger ones
  /// take more memory and are hardly faster to read.
  public var blockValues = 1 << 20

  /// How many stored values of a matrix stored by columns are held while they are
  /// put in rows.
  ///
  /// The default is about 64 million, some 800 MB. A matrix with more is read
  /// several times, once for every so many.
  public var bandValues = 1 << 26

  /// How many bytes of decoded chunks of a compressed dataset are kept while several pieces of
  /// them are read, but at least one chunk.
  ///
  /// The default is 256 MiB. A matrix has two such datasets at most, its values and their
  /// places. With fewer, chunks are decoded anew for each piece; what is read is the same.
  public var chunkBytes = 1 << 28

  /// How many threads read, the one that uses what is read included; at least 1.
  ///
  /// The default is `nil`: one for each processor that the process may use. What is read is the
  /// same with any number.
  public var threads: Int?

  /// Makes the default options.
  public init() {}
}

extension ReadingOptions {
  /// How many threads read.
  var threadCount: Int { max(1, threads ?? Processors.available) }
}
