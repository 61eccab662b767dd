internal import Foundation
internal import Support

/// Reads a list of genes, one name per line; empty lines and text after a tab are ignored.
///
/// - Parameter path: The file, which may be a pipe; `-` is standard input.
/// - Returns: The names.
/// - Throws: ``CountDataError/unreadableList(path:reason:)``.
package func geneList(readingAt path: String) throws(CountDataError) -> [String] {
  let text: String
  do {
    text =
      path == "-"
      ? try readStandardInput() : try String(contentsOfFile: path, encoding: .utf8)
  } catch {
    let exists = path == "-" || FileManager.default.fileExists(atPath: path)
    throw .unreadableList(
      path: path, reason: exists ? "it is not a readable text file" : "no such file")
  }
  let names = text.split(whereSeparator: \.isNewline).compactMap { line in
    line.split(separator: "\t", maxSplits: 1).first?.trimmed
  }.filter { !$0.isEmpty }
  guard !names.isEmpty else { throw .unreadableList(path: path, reason: "it names no gene") }
  return names
}

/// Reads all text of standard input.
private func readStandardInput() throws -> String {
  guard let text = String(validating: standardInput() ?? [], as: UTF8.self) else {
    throw CocoaError(.fileReadInapplicableStringEncoding)
  }
  return text
}
