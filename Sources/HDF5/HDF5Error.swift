internal import CHDF5
package import StoredArrays
package import Support

/// The reason why an HDF5 file could not be read or written.
///
/// Every case has the file's path and, except for failures of opening, the object's name.
package enum HDF5Error: Error, Equatable, Sendable {
  /// The file could not be opened.
  case cannotOpen(path: String, reason: OpeningFailure)

  /// The file could not be created; `reason` is the system's message.
  case cannotCreate(path: String, reason: String)

  /// Written data could not be stored on disk; `reason` is the system's message.
  case cannotFinish(path: String, reason: String)

  /// The object exists, but its contents cannot be read.
  case cannotRead(name: String, path: String, reason: String)

  /// A chunk of a dataset cannot be decoded; `rows` are the rows it holds.
  case damagedChunk(name: String, path: String, chunk: Int, rows: Range<Int>, reason: String)

  /// The dataset needs an HDF5 plugin for a filter, given by its registered number.
  case missingFilter(name: String, path: String, filter: Int)

  /// The object could not be created or changed.
  case cannotWrite(name: String, path: String, reason: String)

  /// The file has no object of that name; `present` lists its siblings.
  case noSuchObject(name: String, path: String, present: [String])

  /// The object has no attribute of that name; `present` lists its attributes.
  case noSuchAttribute(attribute: String, name: String, path: String, present: [String])

  /// The object has the wrong kind, for example a group instead of a dataset.
  case wrongKind(name: String, path: String, expected: ObjectKind, found: ObjectKind)

  /// The elements have the wrong type, for example strings instead of numbers.
  case wrongElements(name: String, path: String, expected: String, found: ElementType)

  /// The dataset's shape differs from the requested one.
  case shapeMismatch(name: String, path: String, expected: [Int], found: [Int])

  /// Some of the requested rows do not exist.
  case outOfRange(name: String, path: String, range: Range<Int>, count: Int)

  /// The dataset states a size that exceeds the memory.
  case tooLarge(name: String, path: String, shape: [UInt64], bytesPerElement: Int)

  /// The dataset states more elements than its stored `bytes` can hold.
  case notStored(name: String, path: String, count: Int, bytes: Int)

  /// The dataset's strings have a total length far above the size of the file.
  case endlessStrings(name: String, path: String)
}

/// The reason why an HDF5 file could not be opened.
package enum OpeningFailure: Equatable, Sendable {
  /// The file does not exist.
  case absent

  /// The system denies read or write permission.
  case notPermitted

  /// The path is a folder.
  case directory

  /// The path is a pipe, a socket or a device.
  case notRegular

  /// The path is `-`, standard input.
  case standardInput

  /// The file is empty.
  case empty

  /// The file does not start with the HDF5 signature.
  case notHDF5

  /// The file is truncated: a copy or download did not finish.
  case truncated(bytes: Int, expected: Int)

  /// Another process has opened the file for writing.
  case locked

  /// Any other reason, in the words of the C library or the system.
  case other(String)
}

extension HDF5Error: CustomStringConvertible {
  /// One sentence that names the file, the object, and what was found instead.
  package var description: String {
    switch self {
    case .cannotOpen(let path, .absent):
      "cannot open '\(path)': \(OpeningFailure.absent)\(suggestion(forFileAt: path))"
    case .cannotOpen(let path, let reason):
      "cannot open '\(path)': \(reason)"
    case .cannotCreate(let path, let reason):
      "cannot create '\(path)': \(reason)"
    case .cannotFinish(let path, let reason):
      "cannot finish writing '\(path)': \(reason)"
    case .cannotRead(let name, let path, let reason):
      "cannot read '\(name)' in '\(path)': \(reason)"
    case .damagedChunk(let name, let path, let chunk, let rows, let reason):
      "'\(name)' in '\(path)' is damaged: chunk \(chunk), of rows \(rows), cannot be read: "
        + "\(reason); copy or download the file again"
    case .missingFilter(let name, let path, let filter):
      "'\(name)' in '\(path)' is compressed with \(filterName(filter)), for which HDF5 finds no "
        + "plugin; install it and name its folder in HDF5_PLUGIN_PATH, "
        + "or write the file again with gzip"
    case .cannotWrite(let name, let path, let reason):
      "cannot write '\(name)' to '\(path)': \(reason)"
    case .noSuchObject(let name, let path, let present):
      "'\(path)' has no '\(name)'" + beside(present)
    case .noSuchAttribute(let attribute, let name, let path, let present):
      "'\(name)' in '\(path)' has no attribute '\(attribute)'" + beside(present)
    case .wrongKind(let name, let path, let expected, let found):
      "'\(name)' in '\(path)' is a \(found), not a \(expected)"
    case .wrongElements(let name, let path, let expected, let found):
      "'\(name)' in '\(path)' holds \(found), not \(expected)"
    case .shapeMismatch(let name, let path, let expected, let found):
      "'\(name)' in '\(path)' has shape \(found), not \(expected)"
    case .outOfRange(let name, let path, let range, let count):
      "'\(name)' in '\(path)' has \(count) rows, so rows \(range) do not exist"
    case .tooLarge(let name, let path, let shape, let bytesPerElement):
      "'\(name)' in '\(path)' is too large: its stated shape is \(shape) of \(bytesPerElement) bytes each, "
        + "more than the memory of this machine"
    case .notStored(let name, let path, let count, let bytes):
      "'\(name)' in '\(path)' is damaged: it states \(count) elements, but only "
        + "\(bytes) bytes are stored"
    case .endlessStrings(let name, let path):
      "'\(name)' in '\(path)' is damaged: its strings take far more bytes than the file has"
    }
  }

  private func beside(_ present: [String]) -> String {
    present.isEmpty ? "" : "; there are: \(present.sorted().joined(separator: ", "))"
  }
}

/// Returns the name of an HDF5 filter with its registered number.
private func filterName(_ filter: Int) -> String {
  let names = [
    4: "szip", 307: "bzip2", 32001: "blosc", 32004: "lz4", 32008: "bitshuffle", 32013: "zfp",
    32015: "zstd", 32026: "blosc2",
  ]
  return names[filter].map { "\($0) (filter \(filter))" } ?? "filter \(filter)"
}

extension OpeningFailure: CustomStringConvertible {
  /// The reason as half a sentence, for use after "cannot open 'x':".
  package var description: String {
    switch self {
    case .absent: "there is no such file"
    case .notPermitted: "permission denied"
    case .directory: "it is a folder"
    case .notRegular: "it is not a regular file and allows no random access; copy it to one"
    case .standardInput: "standard input allows no random access; write it to a file"
    case .empty: "it is empty"
    case .notHDF5: "it is not an HDF5 file"
    case .truncated(let bytes, let expected):
      "it is truncated: it has \(bytes) of \(expected) bytes"
    case .locked: "another process is writing to it"
    case .other(let reason): reason
    }
  }
}

/// The object and file of a call, from which errors are made.
struct Location: Sendable {
  let name: String
  let path: String

  func unreadable(_ reason: String) -> HDF5Error {
    .cannotRead(
      name: name, path: path, reason: systemReason(in: reason) ?? newerLibrary(in: reason) ?? reason
    )
  }

  func unwritable(_ reason: String) -> HDF5Error {
    .cannotWrite(name: name, path: path, reason: systemReason(in: reason) ?? reason)
  }
}

/// Returns the system's own words within a message of the C library, such as "No space left on
/// device".
func systemReason(in message: String) -> String? {
  guard let label = message.firstRange(of: "error message = '") else { return nil }
  return message[label.upperBound...].prefix { $0 != "'" }.lowercasedFirst
}

/// The C library's message for an unknown layout version.
///
/// An intact file with this message comes from a later version.
private let unknownVersion = "bad version number for"

extension HDF5Error {
  /// A flag that is true if the library does not know the layout of the unreadable object.
  var isOfNewerLibrary: Bool {
    guard case .cannotRead(_, _, let reason) = self else { return false }
    return reason.hasPrefix(unknownVersion)
  }
}

/// Returns the advice for a C library message about a file that a newer version wrote.
private func newerLibrary(in message: String) -> String? {
  guard message.hasPrefix(unknownVersion) else { return nil }
  let version = locked {
    var (major, minor, release): (UInt32, UInt32, UInt32) = (0, 0, 0)
    _ = unsafe H5get_libversion(&major, &minor, &release)
    return "\(major).\(minor).\(release)"
  }
  return
    "\(message): it was written by an HDF5 newer than \(version), which is used here, or it is "
    + "damaged; where the file was written, repack it with 'h5repack OLD NEW' or write it again "
    + "with anndata"
}

/// Returns the number that follows `label` in a message of the C library.
func number(after label: String, in message: String) -> Int? {
  guard let label = message.firstRange(of: label) else { return nil }
  return Int(message[label.upperBound...].prefix { $0.isNumber })
}

extension Substring {
  fileprivate var lowercasedFirst: String { prefix(1).lowercased() + dropFirst() }
}

extension HDF5Error: CategorizedError {
  /// The category of the failure.
  package var category: FailureCategory {
    switch self {
    case .cannotOpen(_, let reason):
      switch reason {
      case .standardInput: .usage
      case .absent, .notPermitted, .directory, .notRegular, .locked, .other: .noInput
      case .empty, .notHDF5, .truncated: .data
      }
    case .cannotCreate: .cannotCreate
    case .cannotFinish, .cannotWrite: .inputOutput
    case .cannotRead, .damagedChunk, .noSuchObject, .noSuchAttribute, .wrongKind, .wrongElements,
      .shapeMismatch, .outOfRange, .tooLarge, .missingFilter, .notStored,
      .endlessStrings:
      .data
    }
  }
}
