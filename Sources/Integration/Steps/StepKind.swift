/// The kind of the file that a step writes.
enum StepKind: String, Codable, Sendable {
  case scan
  case plan
  case pack
  case model = "trained model"
  case cells = "file of encoded cells"
  case embedding
}
