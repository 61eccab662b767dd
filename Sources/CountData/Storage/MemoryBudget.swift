public import CellFiles
internal import Foundation
package import Machine

/// How much memory a run may take for what grows with its data, and how that is shared out.
///
/// A quarter goes to blocks of rows while they are read, a quarter to what is held of a matrix
/// stored by columns, and half to the counts that training needs; what that half does not hold
/// goes to a scratch file. When training is over, the first two are free for the embedding.
/// The program itself, the network, and the names of cells and genes come on top: some 300 MB,
/// and some hundred bytes a cell.
package struct MemoryBudget: Equatable, Sendable {
  /// The whole budget, in bytes.
  let bytes: Int

  /// Takes what was asked for, or half of the machine's memory.
  package init(_ bytes: Int?) {
    self.bytes = bytes ?? Self.standard
  }

  /// Half of the memory that the process may use: the machine's, or its control group's.
  static var standard: Int {
    let installed = Int(clamping: ProcessInfo.processInfo.physicalMemory)
    return min(installed, controlGroupLimit ?? installed) / 2
  }

  /// How many bytes of counts are held in memory.
  package var store: Int { bytes / 2 }

  /// How many stored values a block of rows may hold, at 24 bytes a value while it is read.
  ///
  /// One block is in use, and as many wait as there are threads, and one more.
  func blockValues(threads: Int) -> Int {
    min(max(bytes / 4 / (24 * (threads + 2)), 1 << 13), 1 << 20)
  }

  /// How many values of a matrix stored by columns may be held, at 12 bytes a value.
  var bandValues: Int { max(bytes / 48, 1 << 16) }

  /// Refuses a budget that one minibatch would not fit.
  ///
  /// - Parameters:
  ///   - cells: The number of cells in a minibatch.
  ///   - genes: The number of genes that the model uses.
  /// - Throws: ``OptionError``.
  package func check(minibatchOf cells: Int, genes: Int) throws(OptionError) {
    let needed = Self.smallest(minibatchOf: cells, genes: genes)
    guard bytes < needed else { return }
    throw OptionError(
      option: "--memory", value: ByteCount(bytes).description,
      expected: "at least \(ByteCount(needed)), which one minibatch of "
        + "\(counted(cells, "cell")) and \(counted(genes, "gene")) takes")
  }

  /// Refuses more clusters than their memberships would fit.
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
      option: "--clusters", value: "\(clusters)",
      expected:
        "at most \(most), as memberships of \(counted(cells, "cell")) in more would not fit "
        + "'--memory', \(ByteCount(bytes))")
  }

  /// What a minibatch takes: a cell's counts, as stored and as read, and the decoder's output with
  /// its slopes; beside it the smallest blocks that are read, and a segment of the store.
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
        Int(text.trimmingCharacters(in: .whitespacesAndNewlines))
      }
    }.min()
  }
}

extension ReadingOptions {
  /// Makes the pieces that files are read in fit a budget.
  ///
  /// - Parameter memory: The ``IntegrationOptions/memory`` of the run.
  public mutating func fit(memory: Int?) {
    let budget = MemoryBudget(memory)
    blockValues = budget.blockValues(threads: threads ?? Processors.available)
    bandValues = budget.bandValues
  }
}
