internal import CHDF5
internal import Synchronization

/// Held during every call into the C library, which not every build of it makes safe itself.
private let library: Mutex<Void> = {
  // At exit the library would once more try to write what did not fit on a full disk, and
  // end in a crash. It need not: every handle is closed when its value dies.
  H5dont_atexit()
  return Mutex(())
}()

/// Makes one call into the C library and turns a negative result into an error.
///
/// Every call goes through here or through ``locked(_:)``, for three reasons. The
/// library may not be entered by two threads. It would print to standard error by
/// itself. And what it leaves on the calling thread's error stack keeps it from
/// closing cleanly when the process exits.
///
/// `call` must not come back to the gate: the lock is not recursive.
@discardableResult
func check<Status: SignedInteger & Sendable>(
  orThrow failure: (String) -> HDF5Error, _ call: () -> Status
) throws(HDF5Error) -> Status {
  let (status, message) = attempt(call)
  guard let message else { return status }
  throw failure(message)
}

/// Makes one call into the C library; the message is `nil` where it succeeded.
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

/// Makes one call into the C library whose result is no status, or may fail freely.
@discardableResult
func locked<Result: Sendable>(_ call: () -> Result) -> Result {
  entered {
    H5Eset_auto2(h5e_default(), nil, nil)
    let result = call()
    H5Eclear2(h5e_default())
    return result
  }
}

/// Enters the C library, alone, and notes who does.
private func entered<Result: Sendable>(_ body: () -> Result) -> Result {
  library.withLock { _ in
    LibraryCall.current.begin()
    defer { LibraryCall.current.end() }
    return body()
  }
}

/// The most specific line of the calling thread's error stack.
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
