/// Returns text with control characters, line ends and overrides of the writing direction as escapes,
/// such as `\n` and `\u{1B}`.
///
/// Names from files may have them. The text is then one line, and no terminal takes a part of it for a
/// command.
package func visible(_ text: String) -> String {
  guard text.unicodeScalars.contains(where: isInvisible) else { return text }
  return text.unicodeScalars.map { isInvisible($0) ? $0.escaped(asASCII: true) : String($0) }
    .joined()
}

private func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
  switch scalar {
  case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}", "\u{2028}"..."\u{202E}", "\u{2066}"..."\u{2069}":
    true
  default: false
  }
}
