// Texts of the help in other languages: none of them may end a string, begin a tag or be taken
// for an expression.

/// A string of JSON, which is one of YAML and of Python as well.
func quoted(_ text: String) -> String {
  var quoted = "\""
  for scalar in text.unicodeScalars {
    switch scalar {
    case "\"": quoted += "\\\""
    case "\\": quoted += "\\\\"
    case "\n": quoted += "\\n"
    case "\t": quoted += "\\t"
    // What YAML takes for line breaks or refuses.
    case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}", "\u{2028}", "\u{2029}", "\u{FEFF}":
      let digits = String(scalar.value, radix: 16)
      quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    default: quoted.unicodeScalars.append(scalar)
    }
  }
  return quoted + "\""
}

/// Several strings in the brackets of JSON, YAML and Python.
func quoted(_ texts: [String]) -> String {
  "[" + texts.map { quoted($0) }.joined(separator: ", ") + "]"
}

/// An attribute of XML with its quotes.
func attribute(_ text: String) -> String { "\"\(escapedForXML(oneLine(text)))\"" }

/// Text of XML.
func escapedForXML(_ text: String) -> String {
  printable(text).replacing("&", with: "&amp;").replacing("<", with: "&lt;")
    .replacing(">", with: "&gt;").replacing("\"", with: "&quot;")
}

/// A comment of XML, in which two hyphens may not stand together.
func commentOfXML(_ text: String) -> String {
  printable(text).replacing("--", with: "- -")
}

/// What stands as it is between `<![CDATA[` and `]]>`.
func characterData(_ text: String) -> String {
  printable(text).replacing("]]>", with: "]]]]><![CDATA[>")
}

/// Text of reStructuredText that shows as it is written.
///
/// Galaxy fills templates of Mako in its helps: `${` begins an expression there.
func escapedForRST(_ text: String) -> String {
  var escaped = ""
  for character in text {
    if "\\*`|_".contains(character) { escaped += "\\" }
    escaped.append(character)
  }
  escaped = escaped.replacing("${", with: "$ {")
  // Mako again: lines of code and comments.
  return escaped.hasPrefix("%") || escaped.hasPrefix("##") ? "\\" + escaped : escaped
}

/// Text without line breaks, for comments and attributes.
func oneLine(_ text: String) -> String {
  text.split(whereSeparator: \.isNewline).joined(separator: " ")
}

/// Text without the characters that XML 1.0 has no place for.
private func printable(_ text: String) -> String {
  var kept = String.UnicodeScalarView()
  for scalar in text.unicodeScalars {
    let isControl = scalar.value < 0x20 && !["\t", "\n", "\r"].contains(scalar)
    if !isControl, scalar.value & 0xFFFE != 0xFFFE { kept.append(scalar) }
  }
  return String(kept)
}

/// Lines further to the right.
func indented(_ lines: [String], by width: Int) -> [String] {
  let space = String(repeating: " ", count: width)
  return lines.map { $0.isEmpty ? "" : space + $0 }
}
