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

/// A number with its noun: `1 cell`, `2 cells`.
package func counted(_ count: Int, _ noun: String) -> String {
  "\(count) \(noun)\(count == 1 ? "" : noun.hasSuffix("ch") ? "es" : "s")"
}
