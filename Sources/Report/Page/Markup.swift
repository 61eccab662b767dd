/// A page in the making: markup that is well-formed by construction, as HTML and as XML.
struct Markup {
  /// The page so far, in UTF-8.
  private(set) var bytes: [UInt8] = []

  /// The page so far.
  var string: String { String(decoding: bytes, as: UTF8.self) }

  /// Adds what is already markup.
  mutating func raw(_ markup: String) { bytes.append(contentsOf: markup.utf8) }

  /// Adds text, whatever is in it.
  mutating func text(_ text: String) { appendEscaped(text) }

  /// Adds an element and what is in it; an attribute without a value is left out.
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

  /// Adds an element that has no end of its own, such as `meta`.
  mutating func void(_ name: String, _ attributes: KeyValuePairs<String, String?> = [:]) {
    open(name, attributes)
    raw("/>")
  }

  /// Adds a name from a user's file: cut where it is very long, and kept from turning the
  /// direction of what stands around it.
  mutating func name(_ name: String) { element("bdi", text: clipped(name)) }

  /// Adds bytes that the script reads, in base64, which no parser takes for anything else.
  mutating func data(_ role: String, _ content: [UInt8]) {
    open("script", ["type": "application/octet-stream", "class": role])
    raw(">")
    appendBase64(content)
    raw("</script>")
  }

  /// Adds a script or a style sheet of the page's own.
  ///
  /// To XML the content is marked as text, in comments that both languages skip.
  mutating func code(_ element: String, _ content: String) {
    raw("<\(element)>/*<![CDATA[*/\n\(content)\n/*]]>*/</\(element)>\n")
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

  private mutating func appendBase64(_ content: [UInt8]) {
    let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    bytes.reserveCapacity(bytes.count + content.count / 3 * 4 + 8)
    for start in stride(from: 0, to: content.count, by: 3) {
      let left = content.count - start
      let second = left > 1 ? Int(content[start + 1]) : 0
      let third = left > 2 ? Int(content[start + 2]) : 0
      let word = Int(content[start]) << 16 | second << 8 | third
      bytes.append(digits[word >> 18])
      bytes.append(digits[word >> 12 & 63])
      bytes.append(left > 1 ? digits[word >> 6 & 63] : UInt8(ascii: "="))
      bytes.append(left > 2 ? digits[word & 63] : UInt8(ascii: "="))
    }
  }
}

/// A name of at most 200 scalars, with an ellipsis where it was longer.
func clipped(_ name: String) -> String {
  let scalars = name.unicodeScalars
  guard let end = scalars.index(scalars.startIndex, offsetBy: 200, limitedBy: scalars.endIndex),
    end < scalars.endIndex
  else { return name }
  return String(scalars[..<end]) + "…"
}

/// Names one a line, each without lines of its own.
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

/// The scalar, or a sign for what neither HTML nor XML can hold.
private func printable(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
  switch scalar.value {
  case 0x09: scalar
  case 0..<0x20, 0x7F..<0xA0, 0xFFFE, 0xFFFF: "\u{FFFD}"
  default: scalar
  }
}
