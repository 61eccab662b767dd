internal import Foundation

/// A whole number with its thousands set apart: `12,345`.
func grouped(_ number: Int) -> String {
  var digits = Array(String(number.magnitude))
  for place in stride(from: digits.count - 3, to: 0, by: -3) { digits.insert(",", at: place) }
  return (number < 0 ? "-" : "") + String(digits)
}

/// A number as short as it is exact: `1` and not `1.0`.
func plain(_ number: some BinaryFloatingPoint & LosslessStringConvertible) -> String {
  let text = String(number)
  return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
}

/// `a`, `a and b`, `a, b and c`.
func listed(_ parts: [String]) -> String {
  guard let last = parts.last, parts.count > 1 else { return parts.first ?? "" }
  return parts.dropLast().joined(separator: ", ") + " and " + last
}

/// A share of one as a percentage: `83%`.
func percent(_ share: Double) -> String { "\(Int((100 * share).rounded()))%" }

/// A number with two digits after the point.
func hundredths(_ number: Double) -> String { String(format: "%.2f", number) }
