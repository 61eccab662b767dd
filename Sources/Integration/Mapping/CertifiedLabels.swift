internal import Foundation
internal import Kernels
internal import Machine
internal import Neighbours

/// Labels of new cells from their latent means, and how far each cell can move and keep its own.
///
/// In the latent space of the frozen encoder, and not in the aligned embedding, the `k` nearest
/// labelled cells of the training vote. A cell gets the label A if at least `m` of them have it,
/// where `m` is the smallest strict majority of `k` that also reaches the least confidence: of 30,
/// 16. Let
///
///     a = distance to the m-th nearest cell of label A
///     b = distance to the (k − m + 1)-th nearest cell of any other label, the 15th of 30
///     r = b − a, or 0 where that is negative
///
/// **Where `mu` moves by less than `r / 2`, the label is still A.** Any distance then changes by less
/// than `r / 2` (triangle inequality). So the `m` cells of A that were nearest are now nearer than
/// `a + r/2`, and all cells of other labels but the `k − m` that were nearest are further than
/// `b − r/2`, which is the same number. Were there `k − m + 1` or more cells of other labels among the
/// `k` nearest now, one of them at least would not be of those `k − m`; all `m` cells of A are nearer
/// than that one, and so among the `k` nearest as well: `m + (k − m + 1) > k` of them, which cannot be.
/// So at least `m` of the `k` nearest are of label A. With no motion at all this also says that
/// `r > 0` only where A has the label now: cells that are *unknown* have no radius.
///
/// With the bound `L` of ``Certificate``, an input `y` that moves by `radius = r / (2 L)` moves `mu` by
/// at most `r / 2`. The radius is rounded down by more than the rounding of the distances.
public struct CertifiedLabels: Sendable, Equatable {
  /// What was certified of the model.
  public let certificate: Certificate

  /// The labels, in their order.
  public let names: [String]

  /// The label of each cell, −1 for *unknown*; `(n)`.
  public let ofCell: [Int32]

  /// How far `y` may move, in ℓ2, without changing the label; `(n)`.
  ///
  /// It is 0 where nothing can be said, and infinite where the other labels have too few cells to
  /// ever outvote it.
  public let radius: [Double]

  /// How many cells have a radius above 0.
  public var heldCount: Int { radius.count { $0 > 0 } }

  /// The median of the radius; 0 of no cells.
  public var medianRadius: Double {
    radius.isEmpty ? 0 : radius.sorted()[radius.count / 2]
  }

  /// The label of each cell in words; `(n)`.
  public var words: [String] {
    ofCell.map { $0 < 0 ? TransferredLabels.unknown : names[Int($0)] }
  }

  /// Labels new cells, and finds their radii.
  ///
  /// - Parameters:
  ///   - latent: Their latent means, by frozen statistics; `(n, d)`.
  ///   - certificate: What the encoder is certified for.
  ///   - reference: The cells of the training; those without a label have no vote.
  ///   - labels: Their labels.
  ///   - neighbours: How many of them vote, `k`.
  ///   - leastConfidence: The share of the votes under which a cell is *unknown*.
  ///   - pool: The threads to use.
  init(
    of latent: Embedding, certificate: Certificate, from reference: Model.Reference,
    _ labels: Model.Labels, neighbours: Int, leastConfidence: Float, pool: ThreadPool
  ) {
    let voters = LabelVoters(reference.latent, of: reference, labels)
    let found = voters.nearest(to: latent, neighbours, pool: pool)
    let k = found.k
    let ofCell = (0..<latent.cellCount).map { cell in
      let (label, share) = voters.vote(of: found.indices[found.range(ofQuery: cell)])
      return share >= leastConfidence ? label : -1
    }
    var radius = [Double](repeating: 0, count: latent.cellCount)
    let m = Self.votesNeeded(of: k, leastConfidence: leastConfidence)
    for label in labels.names.indices {
      let cells = ofCell.indices.filter { ofCell[$0] == Int32(label) }
      guard !cells.isEmpty else { continue }
      let queries = Matrix(latent.rows(cells))
      func distances(to isWanted: (Int32) -> Bool, rank: Int) -> [Double?] {
        let rows = voters.labels.indices.filter { isWanted(voters.labels[$0]) }
        guard rows.count >= rank else { return cells.map { _ in nil } }
        let table = nearestNeighbours(
          of: queries, among: voters.places.gathering(rows.map(Int32.init)), k: rank, pool: pool)
        return (0..<table.count).map {
          Double(table.distances[table.range(ofQuery: $0).upperBound - 1])
        }
      }
      let own = distances(to: { $0 == Int32(label) }, rank: m)
      let others = distances(to: { $0 != Int32(label) }, rank: k - m + 1)
      for (number, cell) in cells.enumerated() {
        guard let a = own[number] else { continue }
        radius[cell] = Self.radius(a, others[number], lipschitz: certificate.lipschitz)
      }
    }
    self.certificate = certificate
    names = labels.names
    self.ofCell = ofCell
    self.radius = radius
  }

  /// The fewest of `k` votes that are more than half and reach a share.
  static func votesNeeded(of k: Int, leastConfidence: Float) -> Int {
    let majority = k / 2 + 1
    return (majority..<max(majority, k) + 1).first {
      Float($0) / Float(max(1, k)) >= leastConfidence
    } ?? k
  }

  /// `(b − a) / 2L`, rounded down; `b` is `nil` where there are too few cells.
  private static func radius(_ a: Double, _ b: Double?, lipschitz: Double) -> Double {
    guard let b else { return .infinity }
    // Distances are floats, off by at most half of the last bit of 24.
    let gap = (b - a - (a + b) * 0x1p-22).nextDown
    return gap > 0 ? max(0, (gap / (2 * lipschitz)).nextDown) : 0
  }
}

extension CertifiedLabels: CustomStringConvertible {
  /// One line: for how many cells something can be said.
  public var description: String {
    "labels in the latent space hold within a radius for \(heldCount) of "
      + "\(counted(radius.count, "cell")); its median is \(short(medianRadius)), "
      + "L \(short(certificate.lipschitz))"
  }
}

/// Three digits.
private func short(_ value: Double) -> String { String(format: "%.3g", value) }
