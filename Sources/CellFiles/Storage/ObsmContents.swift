internal import HDF5

/// The kind of an object in `obsm`.
enum ObsmContents {
  /// A dataset of numbers with two dimensions.
  case array

  /// A data frame of numbers.
  case frame(Table)

  /// Anything else, in words.
  case other(String)

  /// A flag that is true if the object is a table of numbers.
  var isReadable: Bool { if case .other = self { false } else { true } }

  /// Finds the kind of an object; `nil` if it does not exist.
  ///
  /// - Parameters:
  ///   - name: The object's path.
  ///   - file: The file.
  /// - Throws: `HDF5Error`, and ``CellFileError`` if a data frame is damaged.
  init?(of name: String, in file: borrowing Container) throws {
    switch try file.kind(of: name) {
    case .dataset:
      let info = try file.info(of: name)
      self =
        info.element.isNumeric && info.shape.count == 2
        ? .array : .other("a list of \(info.element) with shape \(info.shape)")
    case .group:
      let encoding = try file.attribute("encoding-type", of: name)?.string
      guard encoding == "dataframe" else {
        self = .other(encoding.map { "encoded as '\($0)'" } ?? "a group")
        return
      }
      let frame = try Table(named: name, in: file)
      let odd = frame.columns.first { column in
        guard let info = try? file.info(of: "\(name)/\(column)") else { return true }
        return !info.element.isNumeric || info.shape.count != 1
      }
      if let odd {
        self = .other("a data frame whose column '\(odd)' is not a list of numbers")
      } else {
        self = frame.columns.isEmpty ? .other("a data frame without columns") : .frame(frame)
      }
    default: return nil
    }
  }
}
