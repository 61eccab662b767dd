package import Foundation

/// A table of text with a heading, perhaps compressed with gzip, as lists of fields.
///
/// - Parameter url: The file; fields are parted by tabs.
/// - Returns: The rows below the heading.
/// - Throws: What starting `gzip` throws.
package func gzippedTable(_ url: URL) throws -> [[String]] {
  try gunzippedText(url).split(separator: "\n").dropFirst().map { line in
    line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
  }
}

/// The text of a file that is compressed with gzip, by the system's own program.
///
/// - Parameter url: The file.
/// - Returns: Its text.
/// - Throws: What starting `gzip` throws.
package func gunzippedText(_ url: URL) throws -> String {
  let process = Process()
  process.executableURL = URL(filePath: "/bin/gzip")
  process.arguments = ["-dc", url.path]
  let pipe = Pipe()
  process.standardOutput = pipe
  try process.run()
  let data = pipe.fileHandleForReading.readDataToEndOfFile()
  process.waitUntilExit()
  return String(decoding: data, as: UTF8.self)
}
