internal import Foundation

/// Returns a JSON string on one line, which YAML and Python read the same way.
///
/// Control characters and line ends that JSON allows as they are, and some programs do not, are
/// escaped too.
package func jsonString(_ text: String) -> String {
  let encoder = JSONEncoder()
  encoder.outputFormatting = .withoutEscapingSlashes
  guard let json = try? encoder.encode(text) else { return "\"\"" }
  var string = String.UnicodeScalarView()
  for scalar in String(decoding: json, as: UTF8.self).unicodeScalars {
    switch scalar {
    case "\u{7F}"..."\u{9F}", "\u{2028}", "\u{2029}", "\u{FEFF}":
      let digits = String(scalar.value, radix: 16)
      string.append(
        contentsOf: ("\\u" + String(repeating: "0", count: 4 - digits.count) + digits)
          .unicodeScalars)
    default: string.append(scalar)
    }
  }
  return String(string)
}
