internal import CHDF5
internal import Synchronization

/// The lock held during every call into the C library, since not every build of the library is
/// thread-safe.
private let library: Mutex<Void> = {
  // At exit the library would write again what a full disk refused, and crash. This is not needed:
  // every handle is closed when its value is destroyed.
  H5dont_atexit()
  return Mutex(())
}()

/// Makes one call into the C library and turns a negative result into an error.
///
/// Every call goes through here or through ``locked(_:)``, for three reasons. Two threads may not
/// enter the library at once. It prints to standard error by default. Entries left on a thread's
/// error stack keep it from closing cleanly at exit.
///
/// `call` must not enter the gate again: the lock is not recursive.
@discardableResult
func check<Status: SignedInteger & Sendable>(
  orThrow failure: (String) -> HDF5Error, _ call: () -> Status
) throws(HDF5Error) -> Status {
  let (status, message) = attempt(call)
  guard let message else { return status }
  throw failure(message)
}

/// Makes one call into the C library; the message is `nil` on success.
func attempt<Status: SignedInteger & Sendable>(
  _ call: () -> Status
) -> (status: Status, message: String?) {
  entered {
    H5Eset_auto2(h5e_default(), nil, nil)
    let status = call()
    guard status < 0 else { return (status, nil) }
    let message = innermostMessage()
    H5Eclear2(h5e_default())
    return (status, message)
  }
}

/// Makes one call into the C library whose result is not a status, or whose failure is ignored.
@discardableResult
func locked<Result: Sendable>(_ call: () -> Result) -> Result {
  entered {
    H5Eset_auto2(h5e_default(), nil, nil)
    let result = call()
    H5Eclear2(h5e_default())
    return result
  }
}

/// Enters the C library alone, and records the calling thread.
private func entered<Result: Sendable>(_ body: () -> Result) -> Result {
  library.withLock { _ in
    LibraryCall.current.begin()
    defer { LibraryCall.current.end() }
    return body()
  }
}

/// Returns the most specific line of the calling thread's error stack.
private func innermostMessage() -> String {
  var message = "unknown HDF5 error"
  unsafe withUnsafeMutablePointer(to: &message) { message in
    _ = unsafe H5Ewalk2(
      h5e_default(), H5E_WALK_UPWARD,
      { depth, entry, message in
        guard depth == 0, let text = unsafe entry?.pointee.desc else { return 0 }
        unsafe message?.assumingMemoryBound(to: String.self).pointee = String(cString: text)
        return 0
      }, message)
  }
  return message
}
