package import Support

/// The reason why a file could not be written.
///
/// Workflow engines distinguish the two cases: the output could not be created, or writing failed
/// later. Neither leaves a partial file.
package enum OutputError: Error, Equatable, Sendable {
  /// The file cannot be created at `path`, regardless of its contents.
  case cannotCreate(path: String, reason: CreationFailure)

  /// Writing failed after the start; `reason` is the system's message, such as a full disk.
  case cannotWrite(path: String, reason: String)
}

/// The reason why a file cannot be created.
package enum CreationFailure: Equatable, Sendable {
  /// The folder for the file does not exist.
  case folderMissing(String)

  /// The path of the folder is a file.
  case notAFolder(String)

  /// The folder is not writable.
  case folderNotWritable(String)

  /// An existing file of that name is write-protected.
  case fileNotWritable

  /// The path is an existing folder, or ends in a slash.
  case isFolder

  /// The path is a pipe, a socket or a device.
  case notRegular

  /// The file extension does not determine the format; `known` are the extensions that do.
  case unknownEnding(known: [String])

  /// Any other reason, in the system's words.
  case other(String)
}

extension OutputError: CustomStringConvertible {
  /// One sentence that names the file and the reason.
  package var description: String {
    switch self {
    case .cannotCreate(let path, let reason): "cannot create '\(path)': \(reason)"
    case .cannotWrite(let path, let reason): "cannot write '\(path)': \(reason)"
    }
  }
}

extension CreationFailure: CustomStringConvertible {
  /// Half a sentence for use after "cannot create 'x':".
  package var description: String {
    switch self {
    case .folderMissing(let folder): "there is no folder '\(folder)'"
    case .notAFolder(let folder): "'\(folder)' is not a folder"
    case .folderNotWritable(let folder): "no permission to write in the folder '\(folder)'"
    case .fileNotWritable: "the existing file is write-protected"
    case .isFolder: "it is a folder, not a file"
    case .notRegular: "the existing file is not a regular file"
    case .unknownEnding(let known):
      "its name does not determine a format; use one that ends in \(known.joined(separator: ", "))"
    case .other(let reason): reason
    }
  }
}

extension OutputError: CategorizedError {
  /// The category of the failure.
  package var category: FailureCategory {
    switch self {
    case .cannotCreate: .cannotCreate
    case .cannotWrite: .inputOutput
    }
  }
}
