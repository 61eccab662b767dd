package import Numerics

/// Returns what `body` gives with each instruction set of this processor.
///
/// Other tests, on other threads, keep theirs.
package func onEveryInstructionSet<Result>(
  _ body: (InstructionSet) throws -> Result
) rethrows -> [Result] {
  try InstructionSet.available.map { set in
    try InstructionSet.using(set) { try body(set) }
  }
}
