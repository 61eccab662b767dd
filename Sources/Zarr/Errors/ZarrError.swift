package import StoredArrays
package import Support

/// The reason why a zarr store could not be read.
///
/// Every case has the store's path and, except for failures of opening, the object's name.
package enum ZarrError: Error, Equatable, Sendable {
  /// The store could not be opened.
  case cannotOpen(path: String, reason: String)

  /// The object exists, but its contents cannot be read.
  case cannotRead(name: String, path: String, reason: String)

  /// A file of metadata does not hold what the format needs; `file` is its name.
  case badMetadata(name: String, path: String, file: String, reason: String)

  /// A chunk of an array cannot be decoded; `chunk` is the name of its file.
  case damagedChunk(name: String, path: String, chunk: String, reason: String)

  /// The array has a feature of the format that is not supported, such as a codec.
  case unsupported(name: String, path: String, feature: String)

  /// The array is compressed by a library that is not installed.
  case missingLibrary(name: String, path: String, library: MissingLibrary)

  /// The object or its parent is a symbolic link.
  case link(name: String, path: String)

  /// The store has no object of that name; `present` lists its siblings.
  case noSuchObject(name: String, path: String, present: [String])

  /// The object has the wrong kind, a group instead of an array or the reverse.
  case wrongKind(name: String, path: String, expected: ObjectKind, found: ObjectKind)

  /// The elements have the wrong type, for example strings instead of numbers.
  case wrongElements(name: String, path: String, expected: String, found: ElementType)

  /// Some of the requested rows or columns do not exist.
  case outOfRange(name: String, path: String, range: Range<Int>, count: Int)

  /// The array states a size that exceeds the memory.
  case tooLarge(name: String, path: String, shape: [Int], bytesPerElement: Int)

  /// A file or folder of the store could not be written; `reason` is the system's message.
  case cannotWrite(path: String, reason: String)

  /// The array states more elements than its chunks can hold.
  case notStored(name: String, path: String, count: Int, bytes: Int)
}

extension ZarrError: CustomStringConvertible {
  /// One sentence that names the store, the object, and what was found instead.
  package var description: String {
    switch self {
    case .cannotOpen(let path, let reason):
      "cannot open '\(path)': \(reason)"
    case .cannotRead(let name, let path, let reason):
      "cannot read '\(name)' in '\(path)': \(reason)"
    case .badMetadata(let name, let path, let file, let reason):
      "'\(file)' of '\(name)' in '\(path)' is damaged: \(reason)"
    case .damagedChunk(let name, let path, let chunk, let reason):
      "'\(name)' in '\(path)' is damaged: chunk '\(chunk)' cannot be read: \(reason); "
        + "copy or download the store again"
    case .unsupported(let name, let path, let feature):
      "'\(name)' in '\(path)' has \(feature), which is not supported; "
        + "write the store again with anndata"
    case .missingLibrary(let name, let path, let library):
      "'\(name)' in '\(path)' is compressed with \(library.codec), and the library "
        + "\(library.name) is not installed; install it: apt-get install \(library.debian), or "
        + "conda install \(library.conda)"
    case .link(let name, let path):
      "'\(name)' in '\(path)' is a symbolic link, which is not followed; copy the store with the "
        + "files themselves: cp -RL"
    case .noSuchObject(let name, let path, let present):
      "'\(path)' has no '\(name)'"
        + (present.isEmpty ? "" : "; there are: \(present.sorted().joined(separator: ", "))")
    case .wrongKind(let name, let path, let expected, let found):
      "'\(name)' in '\(path)' is a \(found), not a \(expected)"
    case .wrongElements(let name, let path, let expected, let found):
      "'\(name)' in '\(path)' holds \(found), not \(expected)"
    case .outOfRange(let name, let path, let range, let count):
      "'\(name)' in '\(path)' has \(count) rows, so rows \(range) do not exist"
    case .tooLarge(let name, let path, let shape, let bytesPerElement):
      "'\(name)' in '\(path)' is too large: its stated shape is \(shape) of \(bytesPerElement) "
        + "bytes each, more than the memory of this machine"
    case .cannotWrite(let path, let reason):
      "cannot write '\(path)': \(reason)"
    case .notStored(let name, let path, let count, let bytes):
      "'\(name)' in '\(path)' is damaged: it states \(count) elements, but only "
        + "\(bytes) bytes are stored"
    }
  }
}

extension ZarrError: CategorizedError {
  /// The category of the failure.
  package var category: FailureCategory {
    switch self {
    case .cannotOpen: .noInput
    case .cannotWrite: .inputOutput
    default: .data
    }
  }
}

/// A library that decodes a codec, where it is not installed.
package struct MissingLibrary: Equatable, Sendable {
  /// The codec's name.
  package let codec: String

  /// The library's name.
  package let name: String

  /// The package of Debian that has it.
  package let debian: String

  /// The package of conda that has it.
  package let conda: String
}

/// An object of a store, from which errors are made.
struct Location: Sendable {
  let name: String
  let path: String

  func unreadable(_ reason: String) -> ZarrError {
    .cannotRead(name: name, path: path, reason: reason)
  }

  func unsupported(_ feature: String) -> ZarrError {
    .unsupported(name: name, path: path, feature: feature)
  }
}
