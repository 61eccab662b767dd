internal import CKernels
internal import Foundation
package import Support
internal import Synchronization

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
  /// It is ``fastest``, or the one that the environment selects. Tests set it to compare bytes.
  package static var current: InstructionSet {
    get {
      let table = unsafe tableInUse.load(ordering: .relaxed)
      return available.last { unsafe $0.table == table } ?? .plain
    }
    set {
      guard let table = unsafe newValue.table else { return }
      unsafe tableInUse.store(table, ordering: .relaxed)
    }
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

/// The kernels in use.
///
/// An unusable choice in the environment is ignored here; the program refuses it.
private nonisolated(unsafe) let tableInUse = unsafe Atomic<UnsafePointer<ck_kernels>>(
  ((try? InstructionSet.selected()) ?? .fastest).table ?? ck_plain_kernels())

/// The kernels of the instruction set in use.
var kernels: UnsafePointer<ck_kernels> { unsafe tableInUse.load(ordering: .relaxed) }
