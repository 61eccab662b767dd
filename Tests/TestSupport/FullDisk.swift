internal import Foundation

/// Lets no file of this process grow beyond `bytes`, as if the disk were full.
///
/// For tests that have a process of their own.
///
/// - Throws: What the system refuses.
package func limitFileSizes(to bytes: UInt) throws {
  // Otherwise the system would end the process instead of failing the call.
  signal(SIGXFSZ, SIG_IGN)
  var limit = rlimit(rlim_cur: bytes, rlim_max: bytes)
  #if canImport(Darwin)
  let status = unsafe setrlimit(RLIMIT_FSIZE, &limit)
  #else
  let status = unsafe setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
  #endif
  guard status == 0 else { throw POSIXError(.EPERM) }
}
