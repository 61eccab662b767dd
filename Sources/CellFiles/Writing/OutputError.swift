/// Why a file could not be written.
///
/// The cases are the two that workflow engines tell apart: the output could not be
/// begun at all, or it broke off. In both no half-written file is left.
public enum OutputError: Error, Equatable, Sendable {
  /// The file cannot be made at `path`, whatever it is to hold.
  case cannotCreate(path: String, reason: CreationFailure)

  /// Writing began and failed; `reason` is the system's, such as a full disk.
  case cannotWrite(path: String, reason: String)
}

/// What keeps a file from being made.
public enum CreationFailure: Equatable, Sendable {
  /// The folder that is to hold the file does not exist.
  case folderMissing(String)

  /// What is to hold the file is a file itself.
  case notAFolder(String)

  /// The system allows no new file in the folder.
  case folderNotWritable(String)

  /// A file of that name is there and is write-protected.
  case fileNotWritable

  /// A folder of that name is there, or the name ends in a slash.
  case isFolder

  /// What is there is a pipe, a socket or a device.
  case notRegular

  /// The name's ending says nothing of the format; `known` are those that would.
  case unknownEnding(known: [String])

  /// Anything else, in the system's words.
  case other(String)
}

extension OutputError: CustomStringConvertible {
  /// One sentence that names the file and what is in the way.
  public var description: String {
    switch self {
    case .cannotCreate(let path, let reason): "cannot create '\(path)': \(reason)"
    case .cannotWrite(let path, let reason): "cannot write '\(path)': \(reason)"
    }
  }
}

extension CreationFailure: CustomStringConvertible {
  /// Half a sentence, to stand behind "cannot create 'x':".
  public var description: String {
    switch self {
    case .folderMissing(let folder): "there is no folder '\(folder)'"
    case .notAFolder(let folder): "'\(folder)' is not a folder"
    case .folderNotWritable(let folder): "no permission to write in the folder '\(folder)'"
    case .fileNotWritable: "the file that is there is write-protected"
    case .isFolder: "it is a folder, not a file"
    case .notRegular: "what is there is not a regular file"
    case .unknownEnding(let known):
      "its name does not say what to write; it may end in \(known.joined(separator: ", "))"
    case .other(let reason): reason
    }
  }
}
