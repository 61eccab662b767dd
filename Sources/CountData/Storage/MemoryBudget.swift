package import CellFiles
internal import Foundation
package import Support

/// The memory that a run may take for what grows with its data, and its division.
///
/// While files are read, a quarter goes to blocks of rows, an eighth to decoded chunks of the file,
/// and an eighth to what is held of a matrix stored by columns. The other half goes to the moments of
/// the genes, ``GeneMoments``, and to the counts that training needs.
///
/// When training is over, the first half is free for tables with a row for each cell: positions and
/// memberships in clusters. Names, totals and batches of the cells, ``bytesPerCell``, come off both
/// halves. Counts and tables that exceed their half go to scratch files, so the result does not
/// depend on the budget. What has to be in memory is counted before the files are read, and refused
/// where it does not fit: the moments, the cells, and what the alignment takes for each batch. The
/// count follows neither the machine nor the threads.
///
/// On top come the program itself and the network: some 150 MB, and some 20 KB a batch for its rows
/// in the network and its offset.
package struct MemoryBudget: Equatable, Sendable {
  /// The whole budget, in bytes.
  let bytes: Int

  /// Takes the requested bytes, or half of the machine's memory for `nil`.
  package init(_ bytes: Int?) {
    self.bytes = bytes ?? Self.standard
  }

  /// Half of the memory that the process may use: the machine's, or its control group's.
  static var standard: Int {
    let installed = Int(clamping: ProcessInfo.processInfo.physicalMemory)
    return min(installed, controlGroupLimit ?? installed) / 2
  }

  /// The bytes that a cell takes in memory all the time: its name, batch, totals, and place in the
  /// store of counts, and its place in a minibatch or among the cells of an alignment.
  package static let bytesPerCell = 100

  /// Returns the bytes of counts that are held in memory beside the genes' moments.
  ///
  /// - Parameters:
  ///   - moments: The bytes of the moments.
  ///   - cells: The number of cells. The default is 0.
  /// - Returns: The bytes.
  package func store(beside moments: Int, cells: Int = 0) -> Int {
    max(0, bytes / 2 - cells * Self.bytesPerCell - moments)
  }

  /// Returns the bytes of tables with a row for each cell that are held in memory.
  ///
  /// - Parameters:
  ///   - cells: The number of cells.
  ///   - later: The bytes that a stage takes beside the tables. The default is 0.
  /// - Returns: The bytes.
  package func tables(cells: Int, later: Int = 0) -> Int {
    max(0, min(bytes / 2, bytes - cells * Self.bytesPerCell) - later)
  }

  /// Returns the number of stored values that a block of rows may hold, at 24 bytes a value while it is
  /// read.
  ///
  /// One block is in use, and as many wait as there are threads, and one more.
  func blockValues(threads: Int) -> Int {
    min(max(bytes / 4 / (24 * (threads + 2)), 1 << 13), 1 << 20)
  }

  /// The number of values of a matrix stored by columns that may be held, at 12 bytes a value.
  var bandValues: Int { max(bytes / 96, 1 << 16) }

  /// The bytes of decoded chunks that each of a matrix's two datasets may keep.
  var chunkBytes: Int { min(max(bytes / 16, 1 << 20), 1 << 28) }

  /// Checks that the budget holds what must be in memory.
  ///
  /// - Parameters:
  ///   - moments: The bytes of the genes' moments.
  ///   - alignment: The bytes of the alignment for all batches.
  ///   - cells: The number of cells.
  ///   - batches: The number of batches.
  /// - Throws: ``OptionError``, about `memory`.
  package func check(
    moments: Int, alignment: Int, cells: Int, batches: Int
  ) throws(OptionError) {
    let ofCells = cells * Self.bytesPerCell
    let parts = [
      (2 * moments, "the moments of the genes, by batch, take \(ByteCount(moments))"),
      (
        ofCells + moments,
        "the names and totals of \(counted(cells, "cell")) take \(ByteCount(ofCells))"
      ),
      (
        ofCells + alignment + moments,
        "the alignment of \(counted(batches, "batch")) takes \(ByteCount(alignment)), beside the "
          + "names and totals of \(counted(cells, "cell")): fewer clusters take less"
      ),
    ]
    guard let worst = parts.max(by: { $0.0 < $1.0 }), worst.0 > bytes else { return }
    throw OptionError(
      option: "memory", value: ByteCount(bytes).description,
      expected: "at least \(ByteCount(worst.0)), as \(worst.1)")
  }

  /// Checks that the budget holds one minibatch.
  ///
  /// - Parameters:
  ///   - cells: The number of cells in a minibatch.
  ///   - genes: The number of genes that the model uses.
  /// - Throws: ``OptionError``.
  package func check(minibatchOf cells: Int, genes: Int) throws(OptionError) {
    let needed = Self.smallest(minibatchOf: cells, genes: genes)
    guard bytes < needed else { return }
    throw OptionError(
      option: "memory", value: ByteCount(bytes).description,
      expected: "at least \(ByteCount(needed)), which one minibatch of "
        + "\(counted(cells, "cell")) and \(counted(genes, "gene")) takes")
  }

  /// Checks that the budget holds the memberships of cells in clusters.
  ///
  /// - Parameters:
  ///   - clusters: The number of clusters that was asked for; `nil` for the usual one.
  ///   - cells: The number of cells.
  /// - Throws: ``OptionError``.
  package func check(clusters: Int?, cells: Int) throws(OptionError) {
    guard let clusters, cells > 0 else { return }
    let most = max(1, bytes / 4 / cells)
    guard min(clusters, cells) > most else { return }
    throw OptionError(
      option: "clusters", value: "\(clusters)",
      expected:
        "at most \(most), as memberships of \(counted(cells, "cell")) in more would not fit "
        + "`memory`, \(ByteCount(bytes))")
  }

  /// Returns the bytes of a minibatch: a cell's counts, as stored and as read, and the decoder's output
  /// with its slopes; beside it the smallest blocks that are read, and a segment of the store.
  static func smallest(minibatchOf cells: Int, genes: Int) -> Int {
    24 * cells * genes + (1 << 19)
  }

  /// The memory limit of the control group that the process runs in, if there is one.
  private static var controlGroupLimit: Int? {
    let files = [
      "/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes",
    ]
    return files.compactMap { file in
      (try? String(contentsOfFile: file, encoding: .utf8)).flatMap { text in
        Int(text.trimmed)
      }
    }.min()
  }
}

extension ReadingOptions {
  /// Makes the pieces that files are read in fit a budget.
  ///
  /// - Parameter memory: The ``IntegrationOptions/memory`` of the run.
  package mutating func fit(memory: Int?) { fit(memory: MemoryBudget(memory)) }

  /// Makes the pieces that files are read in fit a budget.
  ///
  /// - Parameter budget: The budget of the run.
  package mutating func fit(memory budget: MemoryBudget) {
    blockValues = budget.blockValues(threads: threads ?? Processors.available)
    bandValues = budget.bandValues
    chunkBytes = budget.chunkBytes
  }
}
