internal import Foundation
internal import Numerics
internal import Support
internal import Neighbours

/// Labels of new cells from their latent means, each with a radius within which the label cannot
/// change.
///
/// In the latent space of the frozen encoder, not in the aligned embedding, the `k` nearest
/// labelled cells of the training vote. A cell gets the label A if at least `m` of them have it.
/// Here `m` is the smallest strict majority of `k` that also reaches the least confidence: for 30
/// neighbours it is 16. Let
///
///     a = distance to the m-th nearest cell of label A
///     b = distance to the (k − m + 1)-th nearest cell of any other label, the 15th of 30
///     r = b − a, or 0 if that is negative
///
/// **If `mu` moves by less than `r / 2`, the label remains A.** Any distance then changes by less
/// than `r / 2` (triangle inequality). The `m` nearest cells of A are then nearer than `a + r/2`.
/// All cells of other labels, except the `k − m` nearest before, are further than `b − r/2`, which
/// is the same number. Suppose that `k − m + 1` or more of the `k` nearest had other labels. At
/// least one of them would not be among those `k − m`. All `m` cells of A are nearer than that one,
/// and therefore also among the `k` nearest. That makes `m + (k − m + 1) > k` cells, a
/// contradiction. So at least `m` of the `k` nearest have the label A. Without any motion, the
/// argument also shows that `r > 0` implies the label A: *unknown* cells have the radius 0.
///
/// With the bound `L` of ``Certificate``, an input `y` that moves by `radius = r / (2 L)` moves
/// `mu` by at most `r / 2`. The radius is rounded down by more than the rounding of the distances.
package struct CertifiedLabels: Sendable, Equatable {
  /// The certificate of the model.
  package let certificate: Certificate

  /// The labels, in order.
  package let names: [String]

  /// The label of each cell, −1 for *unknown*; `(n)`.
  package let ofCell: [Int32]

  /// The largest ℓ2 change of `y` that cannot change the label; `(n)`.
  ///
  /// It is 0 if there is no guarantee, and infinite if the other labels have too few cells to win
  /// the vote.
  package let radius: [Double]

  /// The number of cells with a radius above 0.
  package var heldCount: Int { radius.count { $0 > 0 } }

  /// The median of the radius; 0 if there are no cells.
  package var medianRadius: Double {
    radius.isEmpty ? 0 : radius.sorted()[radius.count / 2]
  }

  /// The label of each cell in words; `(n)`.
  package var words: [String] {
    ofCell.map { $0 < 0 ? TransferredLabels.unknown : names[Int($0)] }
  }

  /// Labels new cells, and computes their radii.
  ///
  /// - Parameters:
  ///   - latent: The latent means of the new cells, by frozen statistics; `(n, d)`.
  ///   - certificate: The certificate of the encoder.
  ///   - reference: The cells of the training; those without a label do not vote.
  ///   - labels: The labels of these cells.
  ///   - neighbours: The number of cells that vote, `k`.
  ///   - leastConfidence: The share of the votes below which a cell is *unknown*.
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

  /// Returns the minimum number of `k` votes that is a majority and reaches a share.
  static func votesNeeded(of k: Int, leastConfidence: Float) -> Int {
    let majority = k / 2 + 1
    return (majority..<max(majority, k) + 1).first {
      Float($0) / Float(max(1, k)) >= leastConfidence
    } ?? k
  }

  /// Returns `(b − a) / 2L`, rounded down; `b` is `nil` if there are too few cells.
  private static func radius(_ a: Double, _ b: Double?, lipschitz: Double) -> Double {
    guard let b else { return .infinity }
    // Distances are floats with an error of at most half of the last of 24 bits.
    let gap = (b - a - (a + b) * 0x1p-22).nextDown
    return gap > 0 ? max(0, (gap / (2 * lipschitz)).nextDown) : 0
  }
}

extension CertifiedLabels: CustomStringConvertible {
  /// One line with the number of cells that have a guarantee.
  package var description: String {
    "labels in the latent space have a certified radius for \(heldCount) of "
      + "\(counted(radius.count, "cell")); its median is \(short(medianRadius)), "
      + "L \(short(certificate.lipschitz))"
  }
}

/// Formats a number with three digits.
private func short(_ value: Double) -> String { printed("%.3g", value) }
