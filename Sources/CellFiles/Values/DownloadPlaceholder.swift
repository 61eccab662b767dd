internal import Foundation
internal import Support

/// A placeholder found in place of a file that was not downloaded.
package enum DownloadPlaceholder: Sendable, Equatable {
  /// A pointer of Git LFS, with the size of the real file in bytes.
  case gitLFS(bytes: Int?)

  /// A pointer of git-annex.
  case gitAnnex

  /// A web page, with its title.
  case webPage(title: String?)

  /// An XML error from a server, with its code.
  case serverError(code: String?)

  /// Recognizes a placeholder by the first bytes of a file; `nil` for anything else.
  init?(_ bytes: some Collection<UInt8>) {
    let text = String(decoding: bytes.prefix(512), as: UTF8.self)
    let start = text.drop { $0.isWhitespace || $0 == "\u{FEFF}" }
    let lowercased = start.lowercased()
    if start.hasPrefix("version https://git-lfs.github.com/spec/") {
      let size = Self.between("\nsize ", "\n", in: start)
      self = .gitLFS(bytes: size.flatMap { Int($0) })
    } else if start.hasPrefix("/annex/objects/") || start.hasPrefix("../.git/annex/objects/")
      || start.hasPrefix(".git/annex/objects/")
    {
      self = .gitAnnex
    } else if lowercased.hasPrefix("<!doctype html") || lowercased.hasPrefix("<html") {
      self = .webPage(title: Self.between("<title>", "</title>", in: start))
    } else if lowercased.hasPrefix("<?xml") || lowercased.hasPrefix("<error") {
      self =
        lowercased.holds("<html")
        ? .webPage(title: Self.between("<title>", "</title>", in: start))
        : .serverError(code: Self.between("<Code>", "</Code>", in: start))
    } else {
      return nil
    }
  }

  private static func between(_ start: String, _ end: String, in text: Substring) -> String? {
    guard let first = text.firstRange(of: Regex<Substring>(verbatim: start).ignoresCase()) else {
      return nil
    }
    let rest = text[first.upperBound...]
    let last =
      rest.firstRange(of: Regex<Substring>(verbatim: end).ignoresCase())?.lowerBound
      ?? rest.endIndex
    let found = rest[..<last].trimmed
    return found.isEmpty ? nil : String(found.prefix(80))
  }
}

extension DownloadPlaceholder: CustomStringConvertible {
  /// Half a sentence for use after "'x' is": the placeholder and what to do.
  package var description: String {
    switch self {
    case .gitLFS(let bytes):
      "a Git LFS pointer in place of the file"
        + (bytes.map { " of \($0) bytes" } ?? "") + "; fetch the file: git lfs pull"
    case .gitAnnex:
      "a git-annex pointer in place of the file; fetch the file: git annex get x"
    case .webPage(let title):
      "a web page" + (title.map { ", '\($0)'," } ?? "") + " instead of the file; "
        + "download it again, from the address of the file itself"
    case .serverError(let code):
      "an XML document" + (code.map { " with the error '\($0)'," } ?? ",")
        + " which servers send instead of a file; download it again, with the required permissions"
    }
  }
}
