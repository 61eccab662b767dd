/// Splits "orig.ident", "donor_id" or "sampleName" into words in lower case.
func words(in name: String) -> [String] {
  var words: [String] = []
  var word = ""
  var previous: Character = "_"
  for character in name {
    let isNewWord = character.isUppercase && !previous.isUppercase
    if !character.isLetter && !character.isNumber || isNewWord {
      words.append(word)
      word = ""
    }
    if character.isLetter || character.isNumber { word += character.lowercased() }
    previous = character
  }
  return (words + [word]).filter { !$0.isEmpty }
}
