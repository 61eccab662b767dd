import Foundation
internal import Support

/// Returns a number with `decimals` decimals and commas at thousands, in any locale.
func fixed(_ value: Double, _ decimals: Int) -> String {
  guard value.isFinite else { return "–" }
  guard abs(value) < 1e15 else { return printed("%.6g", value) }
  let digits = printed("%.\(max(0, decimals))f", abs(value))
  let isZero = !digits.contains { $0 != "0" && $0 != "." }
  let parts = digits.split(separator: ".", maxSplits: 1)
  let whole = grouped(parts[0]) + (parts.count > 1 ? ".\(parts[1])" : "")
  return value < 0 && !isZero ? "−" + whole : whole
}

/// Returns a whole number with commas at thousands.
func grouped(_ count: Int) -> String { fixed(Double(count), 0) }

/// Returns a count with its noun: `1 cell`, `2 cells`.
func counted(_ count: Int, _ noun: String) -> String {
  "\(grouped(count)) \(noun)\(count == 1 ? "" : "s")"
}

/// Returns a number for style sheets and drawings, with at most `decimals` decimals.
func compact(_ value: Double, _ decimals: Int = 1) -> String {
  var digits = printed("%.\(decimals)f", value)
  if digits.holds(".") {
    while digits.hasSuffix("0") { digits.removeLast() }
    if digits.hasSuffix(".") { digits.removeLast() }
  }
  return digits == "-0" ? "0" : digits
}

private func grouped(_ digits: Substring) -> String {
  var text = ""
  for (i, digit) in digits.enumerated() {
    if i > 0, (digits.count - i).isMultiple(of: 3) { text.append(",") }
    text.append(digit)
  }
  return text
}
