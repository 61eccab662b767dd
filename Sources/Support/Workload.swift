/// The stages of a call with their expected costs, by which its overall progress is weighted.
///
/// A cost is the expected duration in seconds on one machine. Only the ratios matter: a machine that
/// is slower by the same factor in all stages has the same progress. Costs depend on sizes and
/// options only, never on a clock.
package struct Workload: Equatable, Sendable {
  /// A stage's part of the work.
  package struct Part: Equatable, Sendable {
    /// The cost of the whole stage.
    var cost: Double

    /// The share of the stage that an earlier run has finished, 0 to 1; a stage that is finished need
    /// not be reported.
    var begun = 0.0

    /// Returns the share of this call's part that is finished, for a finished share of the stage.
    func share(of fraction: Double) -> Double {
      begun < 1 ? max(0, fraction - begun) / (1 - begun) : 1
    }
  }

  /// The parts by their stages.
  package private(set) var parts: [Stage: Part] = [:]

  /// The sum of all costs.
  package var total: Double { parts.values.reduce(0) { $0 + $1.cost } }

  /// Makes a workload.
  ///
  /// - Parameter costs: The cost of each stage. The default is empty.
  package init(_ costs: [Stage: Double] = [:]) { for (stage, cost) in costs { add(stage, cost) } }

  /// Adds work to a stage.
  package mutating func add(_ stage: Stage, _ cost: Double) {
    // A stage without cost would still have to be finished.
    parts[stage, default: Part(cost: 0)].cost += max(cost, 1e-6)
  }

  /// Takes off the share of a stage that an earlier run has finished.
  ///
  /// - Parameters:
  ///   - stage: The stage.
  ///   - share: The finished share, 0 to 1.
  package mutating func skip(_ stage: Stage, share: Double) {
    guard var part = parts[stage] else { return }
    part.begun = min(max(share, 0), 1)
    part.cost *= 1 - part.begun
    parts[stage] = part
  }
}
