internal import Foundation
package import Numerics

private let lock = NSLock()

/// Returns what `body` gives with each instruction set of this processor.
///
/// Only one caller at a time selects the instruction set. Other tests then use it too, and get the
/// same bytes.
package func onEveryInstructionSet<Result>(
  _ body: (InstructionSet) throws -> Result
) rethrows -> [Result] {
  try lock.withLock {
    let before = InstructionSet.current
    defer { InstructionSet.current = before }
    return try InstructionSet.available.map { set in
      InstructionSet.current = set
      return try body(set)
    }
  }
}
