internal import Foundation

/// A whole number with its thousands set apart: `12,345`.
package func grouped(_ number: Int) -> String {
  var digits = Array(String(number.magnitude))
  for place in stride(from: digits.count - 3, to: 0, by: -3) { digits.insert(",", at: place) }
  return (number < 0 ? "-" : "") + String(digits)
}

/// A number as short as it is exact: `1` and not `1.0`.
package func plain(_ number: some BinaryFloatingPoint & LosslessStringConvertible) -> String {
  let text = String(number)
  return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
}

/// `a`, `a and b`, `a, b and c`.
package func listed(_ parts: [String]) -> String {
  guard let last = parts.last, parts.count > 1 else { return parts.first ?? "" }
  return parts.dropLast().joined(separator: ", ") + " and " + last
}

/// A share of one as a percentage: `83%`.
package func percent(_ share: Double) -> String { "\(Int((100 * share).rounded()))%" }

/// A number with two digits after the point.
package func hundredths(_ number: Double) -> String { printed("%.2f", number) }

/// A number of about four digits, without a fraction where it has none.
package func shortened(_ number: Double) -> String {
  guard number.isFinite, abs(number) < 1e15 else { return "\(number)" }
  var unit = 1.0
  while abs(number) * unit < 1000, unit < 1e6 { unit *= 10 }
  let value = (number * unit).rounded() / unit
  return value.rounded() == value ? "\(Int(value))" : "\(value)"
}

/// A duration in words: `12 s`, `3 min 5 s`, `2 h 10 min`.
///
/// - Parameter seconds: The duration; less than a second is told as one.
/// - Returns: The words.
package func duration(_ seconds: Double) -> String {
  let whole = max(1, Int(min(max(seconds, 0), 1e12).rounded()))
  let (units, names) = whole < 3600 ? (60, ("min", "s")) : (3600, ("h", "min"))
  let rest = whole % units / (units / 60)
  if whole < 60 { return "\(whole) s" }
  return "\(whole / units) \(names.0)" + (rest > 0 ? " \(rest) \(names.1)" : "")
}

/// The time left in words, rounded up: `40 s left`, `3 min left`.
///
/// - Parameter seconds: The estimated seconds.
/// - Returns: The words.
package func timeLeft(_ seconds: Double) -> String {
  let unit = seconds < 20 ? 1.0 : seconds < 60 ? 10 : seconds < 3600 ? 60 : 600
  return duration((seconds / unit).rounded(.up) * unit) + " left"
}

/// A number with its noun: `1 cell`, `2 cells`.
package func counted(_ count: Int, _ noun: String) -> String {
  "\(count) \(noun)\(count == 1 ? "" : noun.hasSuffix("ch") ? "es" : "s")"
}
