#if canImport(Darwin)
internal import Darwin
#else
internal import Glibc
#endif

/// A library that is loaded at run time, so that nothing depends on it.
@safe
struct SharedLibrary {
  private let handle: UnsafeMutableRawPointer

  /// Loads the first of several files that exists; `nil` if there is none.
  init?(_ names: [String]) {
    guard let handle = unsafe names.lazy.compactMap({ unsafe dlopen($0, RTLD_NOW) }).first else {
      return nil
    }
    unsafe self.handle = handle
  }

  /// Returns the address of a function; `nil` if the library has none of that name.
  subscript(name: String) -> UnsafeMutableRawPointer? { unsafe dlsym(handle, name) }
}
