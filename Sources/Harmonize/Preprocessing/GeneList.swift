internal import Foundation

/// Reads a list of genes: one name a line; empty lines and what follows a tab are left out.
///
/// - Parameter path: The file.
/// - Returns: The names.
/// - Throws: ``HarmonizeError/unreadableList(path:reason:)``.
public func geneList(readingAt path: String) throws(HarmonizeError) -> [String] {
  let text: String
  do {
    text = try String(contentsOfFile: path, encoding: .utf8)
  } catch {
    let exists = FileManager.default.fileExists(atPath: path)
    throw .unreadableList(
      path: path, reason: exists ? "it is not a readable text file" : "no such file")
  }
  let names = text.split(whereSeparator: \.isNewline).compactMap { line in
    line.split(separator: "\t", maxSplits: 1).first?.trimmingCharacters(in: .whitespaces)
  }.filter { !$0.isEmpty }
  guard !names.isEmpty else { throw .unreadableList(path: path, reason: "it names no gene") }
  return names
}
