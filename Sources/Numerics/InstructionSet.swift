internal import CKernels

/// The instruction set that the kernels use on this processor: `avx512`, `avx2`, or `baseline`.
///
/// The order of summation differs between them, so results can differ in their last bits.
package let instructionSet: String =
  switch ck_processor_level() {
  case 4: "avx512"
  case 3: "avx2"
  default: "baseline"
  }
