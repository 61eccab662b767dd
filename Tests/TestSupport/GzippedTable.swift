public import Foundation

/// A table of text with a heading, perhaps compressed with gzip, as lists of fields.
///
/// - Parameter url: The file; fields are parted by tabs.
/// - Returns: The rows below the heading.
/// - Throws: What starting `gzip` throws.
public func gzippedTable(_ url: URL) throws -> [[String]] {
  let process = Process()
  process.executableURL = URL(filePath: "/bin/gzip")
  process.arguments = ["-dc", url.path]
  let pipe = Pipe()
  process.standardOutput = pipe
  try process.run()
  let text = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
  process.waitUntilExit()
  return text.split(separator: "\n").dropFirst().map { line in
    line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
  }
}
