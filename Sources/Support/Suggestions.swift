internal import Foundation

/// Returns the name that a misspelt one most likely stands for.
///
/// Case, spaces, `_`, `-` and `.` are ignored; otherwise one edit for every three letters is allowed.
///
/// - Parameters:
///   - name: The name that was not found.
///   - names: The names that there are.
/// - Returns: The first of the closest names; `nil` if none is close.
package func likelyMeant(_ name: String, among names: [String]) -> String? {
  let wanted = simplified(name)
  guard wanted.count > 1 else { return nil }
  let allowed = max(1, wanted.count / 3)
  var best: (name: String, edits: Int)?
  for candidate in names {
    let letters = simplified(candidate)
    guard abs(letters.count - wanted.count) <= allowed else { continue }
    let edits = edits(from: wanted, to: letters)
    if edits <= allowed, edits < best?.edits ?? .max { best = (candidate, edits) }
  }
  return best?.name
}

/// Returns " (did you mean 'x'?)" for a misspelt name; empty if none is close.
package func suggestion(for name: String, among names: [String]) -> String {
  likelyMeant(name, among: names).map { " (did you mean '\($0)'?)" } ?? ""
}

private func simplified(_ name: String) -> [Character] {
  name.lowercased().filter { !" _-.".contains($0) }
}

/// Returns the number of insertions, deletions, replacements and swaps of neighbours between two
/// words.
private func edits(from a: [Character], to b: [Character]) -> Int {
  var before: [Int] = []
  var previous = Array(0...b.count)
  for i in a.indices {
    var row = [i + 1]
    for j in b.indices {
      var least = min(previous[j + 1], row[j]) + 1
      least = min(least, previous[j] + (a[i] == b[j] ? 0 : 1))
      if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { least = min(least, before[j - 1] + 1) }
      row.append(least)
    }
    (before, previous) = (previous, row)
  }
  return previous[b.count]
}

/// Returns " (did you mean 'x'?)" for the path of a missing file; empty if its folder has none with
/// a similar name.
package func suggestion(forFileAt path: String) -> String {
  let parts = path.split(separator: "/", omittingEmptySubsequences: false)
  guard let name = parts.last else { return "" }
  let folder = parts.dropLast().joined(separator: "/")
  let place = folder.isEmpty ? (path.hasPrefix("/") ? "/" : ".") : folder
  guard let names = try? FileManager.default.contentsOfDirectory(atPath: place) else { return "" }
  return likelyMeant(String(name), among: names.sorted()).map {
    " (did you mean '\(path.dropLast(name.count))\($0)'?)"
  } ?? ""
}
