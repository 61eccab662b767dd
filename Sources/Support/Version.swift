/// The version of scharmonize, as in `scharmonize --version`.
public let scharmonizeVersion = "0.2.0"
