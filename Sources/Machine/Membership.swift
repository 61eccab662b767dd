/// Which of so many things are among the given ones.
package func membership(_ members: [Int], of count: Int) -> [Bool] {
  var isMember = [Bool](repeating: false, count: count)
  for member in members { isMember[member] = true }
  return isMember
}
