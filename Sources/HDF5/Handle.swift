internal import CHDF5

/// An open HDF5 identifier, closed exactly once, when this value is destroyed.
///
/// The compiler forbids copies of a handle, so no identifier is closed twice or used after closing.
struct Handle: ~Copyable, Sendable {
  /// The function that closes one kind of identifier.
  typealias Closing = @convention(c) @Sendable (hid_t) -> herr_t

  /// The identifier, for a call into the C library.
  let id: hid_t

  private let closing: Closing

  /// Takes ownership of what `open` returns.
  ///
  /// - Parameters:
  ///   - closing: The C function that closes this kind of identifier.
  ///   - failure: Makes the error from the C library's message.
  ///   - open: The call to an `H5…open`, `H5…create` or `H5…get` function.
  /// - Throws: The error of `failure` if `open` returned a negative number.
  init(
    closedBy closing: @escaping Closing,
    orThrow failure: (String) -> HDF5Error,
    opening open: () -> hid_t
  ) throws(HDF5Error) {
    self.id = try check(orThrow: failure, open)
    self.closing = closing
  }

  /// Takes ownership of an identifier that is already open.
  init(owning id: hid_t, closedBy closing: @escaping Closing) {
    self.id = id
    self.closing = closing
  }

  deinit {
    let (id, closing) = (id, closing)
    locked { _ = closing(id) }
  }

  /// Closes the identifier now and checks the result.
  ///
  /// - Throws: The error that `failure` makes from the C library's message.
  consuming func close(orThrow failure: (String) -> HDF5Error) throws(HDF5Error) {
    let (id, closing) = (id, closing)
    discard self
    try check(orThrow: failure) { closing(id) }
  }
}

/// Returns the number of open identifiers of every kind in the process, for tests against leaks.
package func openIdentifierCount() -> Int {
  let kinds = [
    H5I_FILE, H5I_GROUP, H5I_DATATYPE, H5I_DATASPACE, H5I_DATASET, H5I_ATTR, H5I_GENPROP_LST,
  ]
  return kinds.reduce(0) { total, kind in
    var count: hsize_t = 0
    locked { _ = unsafe H5Inmembers(kind, &count) }
    return total + Int(count)
  }
}
