/// Returns the names, with `-1`, `-2`, … appended to repeated ones.
///
/// As in anndata's `var_names_make_unique`, the first occurrence keeps its name, and a suffixed
/// name that already exists is skipped.
///
/// - Parameter names: The names, in order.
/// - Returns: The unique names in the same order, and the number of changed names.
func madeUnique(_ names: [String]) -> (names: [String], changed: Int) {
  var taken = Set<String>(minimumCapacity: names.count)
  var repeated: [Int] = []
  for (position, name) in names.enumerated() where !taken.insert(name).inserted {
    repeated.append(position)
  }
  guard !repeated.isEmpty else { return (names, 0) }
  var unique = names
  var suffixes: [String: Int] = [:]
  for position in repeated {
    let name = names[position]
    var candidate: String
    repeat {
      suffixes[name, default: 0] += 1
      candidate = "\(name)-\(suffixes[name, default: 0])"
    } while !taken.insert(candidate).inserted
    unique[position] = candidate
  }
  return (unique, repeated.count)
}
