internal import StoredArrays

/// The place of the files of a zarr store: a folder or a zip archive.
///
/// A key is a path with slashes, such as `X/data/c/0`. Keys have no empty parts and no `.` or `..`.
protocol ByteStore: Sendable {
  /// Returns the size of a file, or `nil` if there is none.
  func size(of key: String) throws(StoreFailure) -> Int?

  /// Reads a part of a file.
  ///
  /// - Parameters:
  ///   - key: The file's key.
  ///   - spare: The arrays of which one may be used for the bytes; `nil` for a new array, and for a
  ///     file that is read once. Files of which several parts are read may stay open.
  ///   - part: Returns the part by the file's size, or a reason to read nothing.
  /// - Returns: The bytes, or `nil` if there is no such file.
  /// - Throws: ``StoreFailure``.
  func read(
    _ key: String, spare: SpareArrays<UInt8>?,
    _ part: (_ size: Int) throws(StoreFailure) -> Range<Int>
  ) throws(StoreFailure) -> [UInt8]?

  /// Returns the names in a folder, in alphabetical order; none if there is no such folder.
  func children(of folder: String) throws(StoreFailure) -> [String]

  /// Returns the number of files in a folder and the folders below it, and the sum of their bytes.
  func contents(of folder: String) throws(StoreFailure) -> (files: Int, bytes: Int)
}

extension ByteStore {
  /// Reads a whole file of at most `limit` bytes; `nil` if there is none.
  func read(_ key: String, limit: Int) throws(StoreFailure) -> [UInt8]? {
    try read(key, spare: nil) { size throws(StoreFailure) in
      guard size <= limit else {
        throw .unreadable("it has \(size) bytes, more than the \(limit) that are plausible")
      }
      return 0..<size
    }
  }
}

/// Returns a path of a store in the form of a key; `nil` if it would lead out of the store.
func key(_ name: String) -> String? {
  let parts = name.split(separator: "/")
  guard parts.allSatisfy({ $0 != "." && $0 != ".." && !$0.utf8.contains(0) }) else { return nil }
  return parts.joined(separator: "/")
}

/// Returns the key of a file or folder within a folder; the root's key is empty.
func join(_ folder: String, _ name: String) -> String {
  folder.isEmpty ? name : "\(folder)/\(name)"
}
