internal import Foundation

/// Returns `log(1 + x)`.
package func logOnePlus(_ x: Double) -> Double { log1p(x) }

/// Returns the natural logarithm of `x`.
package func logarithm(_ x: Double) -> Double { log(x) }

/// Returns `exp(x) − 1`.
package func expMinusOne(_ x: Double) -> Double { expm1(x) }

/// Returns `exp(x)`.
package func expOf(_ x: Float) -> Float { exp(x) }

/// Replaces each `x` with `log(1 + x)`; no `x` may be negative.
package func logOnePlus(_ values: inout [Float]) {
  for k in values.indices { values[k] += 1 }
  unsafe values.withUnsafeMutableBufferPointer { storage in
    guard let base = storage.baseAddress else { return }
    let view = unsafe FloatView(base: base, count: storage.count)
    logarithms(view, into: view)
  }
}
