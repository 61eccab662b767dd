extension CellFileError {
  /// The description of a damaged compressed matrix, or of a damaged map of rows.
  var damage: String {
    switch self {
    case .pointerCount(let path, let object, let found, let expected):
      "'\(object)' in '\(path)' is damaged: it has \(found) entries, not \(expected)"
    case .pointerStart(let path, let object, let found):
      "'\(object)' in '\(path)' is damaged: it starts with \(found), not 0"
    case .pointersFall(let path, let object, let at, let from, let to):
      "'\(object)' in '\(path)' is damaged: it decreases from \(from) to \(to) at entry \(at)"
    case .pointerEnd(let path, let object, let found, let expected):
      "'\(object)' in '\(path)' is damaged: it ends with \(found), "
        + "but there are \(expected) values"
    case .indexCount(let path, let object, let indices, let values):
      "'\(object)' in '\(path)' is damaged: it has \(indices) indices for \(values) values"
    case .indexOutOfRange(let path, let object, let position, let found, let limit):
      "'\(object)' in '\(path)' is damaged: entry \(position) is \(found), not in 0..<\(limit)"
    case .badRowMap(let path, let object, let reason):
      "'\(object)' in '\(path)' is damaged: \(reason)"
    default: ""
    }
  }
}
