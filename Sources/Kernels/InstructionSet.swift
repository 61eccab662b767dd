internal import CKernels

/// The instructions that the kernels run with on this processor: `avx512`, `avx2`, or `baseline`.
///
/// Sums in another order round otherwise, so results can differ in their last bits between them.
public let instructionSet: String =
  switch ck_processor_level() {
  case 4: "avx512"
  case 3: "avx2"
  default: "baseline"
  }
