/// Returns the fields of a line without quotes; `nil` if a quote does not end.
func fields(of line: String, partedBy separator: Character) -> [String]? {
  var fields = [""]
  var isQuoted = false
  var rest = line[...]
  while let character = rest.popFirst() {
    if character == "\"" {
      if isQuoted, rest.first == "\"" {
        fields[fields.count - 1].append("\"")
        rest.removeFirst()
      } else {
        isQuoted.toggle()
      }
    } else if character == separator, !isQuoted {
      fields.append("")
    } else {
      fields[fields.count - 1].append(character)
    }
  }
  return isQuoted ? nil : fields
}
