// Texts of the help in other languages. No text may end a string, begin a tag, or act as an
// expression.

internal import Support

/// Returns a JSON string, which is also valid in YAML and Python.
func quoted(_ text: String) -> String { jsonString(text) }

/// Returns several strings in the brackets of JSON, YAML and Python.
func quoted(_ texts: [String]) -> String {
  "[" + texts.map { quoted($0) }.joined(separator: ", ") + "]"
}

/// Returns an XML attribute value with its quotes.
func attribute(_ text: String) -> String { "\"\(escapedForXML(oneLine(text)))\"" }

/// Returns text escaped for XML.
func escapedForXML(_ text: String) -> String {
  printable(text).replacing("&", with: "&amp;").replacing("<", with: "&lt;")
    .replacing(">", with: "&gt;").replacing("\"", with: "&quot;")
}

/// Returns an XML comment, which may not contain two consecutive hyphens.
func commentOfXML(_ text: String) -> String {
  printable(text).replacing("--", with: "- -")
}

/// Returns text for use between `<![CDATA[` and `]]>`.
func characterData(_ text: String) -> String {
  printable(text).replacing("]]>", with: "]]]]><![CDATA[>")
}

/// Returns text that reStructuredText shows literally.
///
/// Galaxy treats its help as a Mako template, in which `${` begins an expression.
func escapedForRST(_ text: String) -> String {
  var escaped = ""
  for character in text {
    if "\\*`|_".contains(character) { escaped += "\\" }
    escaped.append(character)
  }
  escaped = escaped.replacing("${", with: "$ {")
  // Also escape Mako's lines of code and comments.
  return escaped.hasPrefix("%") || escaped.hasPrefix("##") ? "\\" + escaped : escaped
}

/// Returns text without line breaks, for comments and attributes.
func oneLine(_ text: String) -> String {
  text.split(whereSeparator: \.isNewline).joined(separator: " ")
}

/// Returns text without the characters that XML 1.0 does not allow.
private func printable(_ text: String) -> String {
  var kept = String.UnicodeScalarView()
  for scalar in text.unicodeScalars {
    let isControl = scalar.value < 0x20 && !["\t", "\n", "\r"].contains(scalar)
    if !isControl, scalar.value & 0xFFFE != 0xFFFE { kept.append(scalar) }
  }
  return String(kept)
}

/// Returns indented lines.
func indented(_ lines: [String], by width: Int) -> [String] {
  let space = String(repeating: " ", count: width)
  return lines.map { $0.isEmpty ? "" : space + $0 }
}
