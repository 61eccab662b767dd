internal import CKernels
internal import Foundation
package import Support

/// An instruction set that the kernels are compiled for.
///
/// Every kernel gives the same bytes with each of them, so they differ in speed alone.
package enum InstructionSet: String, CaseIterable, Sendable {
  /// No instruction that some processor of the architecture lacks.
  ///
  /// On an x86-64 processor without
  /// fused multiply-adds, these come from the C library, which takes many times as long.
  case plain

  /// AVX2 and FMA: x86-64-v3.
  case avx2

  /// AVX-512: x86-64-v4.
  case avx512

  /// AVX-512, and its products of bfloat16.
  case avx512bf16

  /// AVX-512, and AMX's tiles for products of bfloat16.
  case amx

  /// The environment variable that selects an instruction set by its name.
  package static let variable = "SCHARMONIZE_ISA"

  /// The instruction sets of this processor.
  package static let available = allCases.filter { unsafe $0.table != nil }

  /// The fastest instruction set of this processor.
  package static let fastest =
    available.last { $0 != .avx512bf16 || ck_bfloat_dot_is_fast() != 0 } ?? .plain

  /// The instruction set in use.
  ///
  /// It is that of ``using(_:_:)``, or else the one that the environment selects, or else ``fastest``.
  package static var current: InstructionSet {
    unsafe of(kernels)
  }

  /// The instruction set of the calling thread; `nil` if it is that of the process.
  static var ofThread: InstructionSet? { unsafe ck_kernels_of_thread().map { unsafe of($0) } }

  private static func of(_ table: UnsafePointer<ck_kernels>) -> InstructionSet {
    available.last { unsafe $0.table == table } ?? .plain
  }

  /// Runs a body with one instruction set, on the calling thread and on threads of pools that work for it.
  ///
  /// Tests compare bytes so, while others run: the layout of packed factors depends on the instruction set.
  package static func using<Result>(_ set: InstructionSet, _ body: () throws -> Result) rethrows
    -> Result
  {
    let before = unsafe ck_kernels_of_thread()
    unsafe ck_set_kernels_of_thread(set.table)
    defer { unsafe ck_set_kernels_of_thread(before) }
    return try body()
  }

  /// Returns the instruction set that an environment selects, by default the fastest.
  ///
  /// - Throws: `UsageError` if the variable names no instruction set of this processor.
  package static func selected(
    in environment: [String: String] = ProcessInfo.processInfo.environment
  ) throws(UsageError) -> InstructionSet {
    guard let name = environment[variable], !name.isEmpty else { return fastest }
    if let known = InstructionSet(rawValue: name), available.contains(known) { return known }
    let reason =
      InstructionSet(rawValue: name) == nil
      ? "is not an instruction set" : "is an instruction set that this processor lacks"
    throw UsageError(
      "\(variable)='\(name)' \(reason); use "
        + available.map { "'\($0.rawValue)'" }.joined(separator: " or ") + ", or unset it")
  }

  /// A warning to read before a long run, one sentence; `nil` if there is none.
  package var warning: String? {
    #if arch(x86_64)
    guard self == .plain else { return nil }
    return "without AVX2 and FMA the result has the same bytes, but takes many times as long"
    #else
    return nil
    #endif
  }

  /// The kernels; `nil` if this processor lacks the instruction set.
  fileprivate var table: UnsafePointer<ck_kernels>? {
    switch self {
    case .plain: unsafe ck_plain_kernels()
    case .avx2: unsafe ck_avx2_kernels()
    case .avx512: unsafe ck_avx512_kernels()
    case .avx512bf16: unsafe ck_avx512bf16_kernels()
    case .amx: unsafe ck_amx_kernels()
    }
  }
}

/// The kernels of the process.
///
/// An unusable choice in the environment is ignored here; the program refuses it.
private nonisolated(unsafe) let kernelsOfProcess = unsafe selectedKernels()

private func selectedKernels() -> UnsafePointer<ck_kernels> {
  let selected = (try? InstructionSet.selected()) ?? .fastest
  return unsafe selected.table ?? ck_plain_kernels()
}

/// The kernels of the instruction set in use.
var kernels: UnsafePointer<ck_kernels> { unsafe ck_kernels_of_thread() ?? kernelsOfProcess }
