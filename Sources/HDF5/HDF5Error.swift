/// Why an HDF5 file could not be read or written.
public enum HDF5Error: Error, Equatable, Sendable {
  /// The file is absent, unreadable, or not HDF5. `reason` is the C library's.
  case cannotOpen(path: String, reason: String)
}
