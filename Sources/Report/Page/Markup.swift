internal import Foundation

/// A builder of a page whose markup is always well-formed, as HTML and as XML.
struct Markup {
  /// The page so far, in UTF-8.
  private(set) var bytes: [UInt8] = []

  /// The page so far.
  var string: String { String(decoding: bytes, as: UTF8.self) }

  /// Adds existing markup.
  mutating func raw(_ markup: String) { bytes.append(contentsOf: markup.utf8) }

  /// Adds text, with special characters escaped.
  mutating func text(_ text: String) { appendEscaped(text) }

  /// Adds an element with contents; attributes with `nil` values are left out.
  mutating func element(
    _ name: String, _ attributes: KeyValuePairs<String, String?> = [:],
    _ content: (inout Markup) -> Void
  ) {
    open(name, attributes)
    raw(">")
    content(&self)
    raw("</\(name)>")
  }

  /// Adds an element with text in it.
  mutating func element(
    _ name: String, _ attributes: KeyValuePairs<String, String?> = [:], text: String
  ) {
    element(name, attributes) { $0.text(text) }
  }

  /// Adds an element without an end tag, such as `meta`.
  mutating func void(_ name: String, _ attributes: KeyValuePairs<String, String?> = [:]) {
    open(name, attributes)
    raw("/>")
  }

  /// Adds a name from a user's file.
  ///
  /// A very long name is truncated, and the direction of its text does not affect its surroundings.
  mutating func name(_ name: String) { element("bdi", text: clipped(name)) }

  /// Adds bytes for the script in base64, which is safe for every parser.
  mutating func data(_ role: String, _ content: [UInt8]) {
    open("script", ["type": "application/octet-stream", "class": role])
    raw(">")
    bytes.append(contentsOf: Data(content).base64EncodedData())
    raw("</script>")
  }

  /// Adds a script or a style sheet, whose last line has its line break.
  ///
  /// For XML the content is marked as text, in comments that both languages skip.
  mutating func code(_ element: String, _ content: String) {
    raw("<\(element)>/*<![CDATA[*/\n\(content)/*]]>*/</\(element)>\n")
  }

  private mutating func open(_ name: String, _ attributes: KeyValuePairs<String, String?>) {
    raw("<\(name)")
    for case (let key, let value?) in attributes {
      raw(" \(key)=\"")
      appendEscaped(value)
      raw("\"")
    }
  }

  private mutating func appendEscaped(_ text: String) {
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": raw("&amp;")
      case "<": raw("&lt;")
      case ">": raw("&gt;")
      case "\"": raw("&quot;")
      case "'": raw("&#39;")
      case "\n": bytes.append(0x0A)
      default: bytes.append(contentsOf: printable(scalar).utf8)
      }
    }
  }
}

/// Returns a name of at most 200 scalars, with an ellipsis if it was longer, or a text for an empty
/// name.
func clipped(_ name: String) -> String {
  guard !name.allSatisfy(\.isWhitespace) else { return "(empty name)" }
  let scalars = name.unicodeScalars
  guard let end = scalars.index(scalars.startIndex, offsetBy: 200, limitedBy: scalars.endIndex),
    end < scalars.endIndex
  else { return name }
  return String(scalars[..<end]) + "…"
}

/// Returns names, one per line, without line breaks within names.
func joinedLines(_ names: some Sequence<String>) -> [UInt8] {
  var bytes: [UInt8] = []
  for name in names {
    for scalar in clipped(name).unicodeScalars {
      if scalar == "\n" { bytes.append(0x20) } else { bytes.append(contentsOf: scalar.utf8) }
    }
    bytes.append(0x0A)
  }
  return bytes
}

/// Returns the scalar, or a replacement for one that neither HTML nor XML can contain.
private func printable(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
  switch scalar.value {
  case 0x09: scalar
  case 0..<0x20, 0x7F..<0xA0, 0xFFFE, 0xFFFF: "\u{FFFD}"
  default: scalar
  }
}
