/// Returns, for each of `count` things, true if it is among the members; `(count)`.
package func membership(_ members: [Int], of count: Int) -> [Bool] {
  var isMember = [Bool](repeating: false, count: count)
  for member in members { isMember[member] = true }
  return isMember
}
