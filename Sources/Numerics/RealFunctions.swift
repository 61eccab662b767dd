internal import CKernels

// Functions of one number with the same bytes on every processor. Those of the C library can differ
// in the last bit between its versions and between processors, so they are not used where a result
// depends on them.

/// Returns the natural logarithm of `x`; the error is below 1 unit in the last place.
package func logarithm(_ x: Double) -> Double { ck_real_log(x) }

/// Returns `log(1 + x)`; the error is below 2 units in the last place.
package func logOnePlus(_ x: Double) -> Double { ck_real_log1p(x) }

/// Returns `exp(x)`; the error is below 1 unit in the last place.
package func exponential(_ x: Double) -> Double { ck_real_exp(x) }

/// Returns `exp(x)`, rounded from double precision.
package func exponential(_ x: Float) -> Float { Float(ck_real_exp(Double(x))) }

/// Returns `exp(x) − 1`; the error is below 2 units in the last place.
package func expMinusOne(_ x: Double) -> Double { ck_real_expm1(x) }

/// Returns `x` to the power `y`, for `x` above 0, or 0 if `x` is 0 and `y` above 0.
///
/// The relative error is below `(2 + |y log x|) * 2e-16`.
package func power(_ x: Double, _ y: Double) -> Double { ck_real_exp(y * ck_real_log(x)) }

/// Returns `cos(2 pi turns)` for `turns` from 0 to 1; the error is below 3e-16.
package func cosine(turns: Double) -> Double { ck_real_cosine(turns) }

/// Returns the logarithm of the gamma function of `z`, above 0; the error is below 1e-14 of the
/// larger of 1 and the result.
package func logGamma(_ z: Double) -> Double { ck_real_log_gamma(z) }

/// Replaces each `x` with `log(1 + x)`; no `x` may be negative.
package func logOnePlus(_ values: inout [Float]) {
  for k in values.indices { values[k] += 1 }
  unsafe values.withUnsafeMutableBufferPointer { storage in
    guard let base = storage.baseAddress else { return }
    let view = unsafe FloatView(base: base, count: storage.count)
    logarithms(view, into: view)
  }
}
