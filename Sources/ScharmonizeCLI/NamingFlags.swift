internal import Harmonize

// What the library returns is put in terms of flags before anything of it is shown or written.

extension RunRecord {
  /// Names flags in place of properties in all that is told.
  mutating func nameFlags() {
    warnings = warnings.map(FlagNames.sentence)
    notices = notices.map(FlagNames.sentence)
  }
}

extension MappingRecord {
  /// Names flags in place of properties in all that is told.
  mutating func nameFlags() {
    warnings = warnings.map(FlagNames.sentence)
    notices = notices.map(FlagNames.sentence)
  }
}

extension EmbeddingEvaluation {
  /// Names flags in place of properties in all that is told.
  mutating func nameFlags() {
    warnings = warnings.map(FlagNames.sentence)
    scores.notes = scores.notes.map(FlagNames.sentence)
  }
}

extension Inspection {
  /// Names flags in place of properties in all that is told.
  mutating func nameFlags() {
    notices = notices.map(FlagNames.sentence)
    for file in files.indices {
      files[file].notices = files[file].notices.map(FlagNames.sentence)
    }
    if var comparison = batches {
      comparison.warnings = comparison.warnings.map(FlagNames.sentence)
      comparison.reason = comparison.reason.map(FlagNames.sentence)
      batches = comparison
    }
  }
}

extension Report {
  /// Names flags in place of properties in the text; tables and pictures hold data.
  mutating func nameFlags() {
    for section in sections.indices {
      sections[section].blocks = sections[section].blocks.map { block in
        switch block {
        case .text(let text): .text(FlagNames.sentence(text))
        case .warnings(let warnings): .warnings(warnings.map(FlagNames.sentence))
        case .facts(let facts): .facts(facts.map { Fact($0.name, FlagNames.sentence($0.value)) })
        default: block
        }
      }
    }
  }
}

extension FlagNames {
  /// Returns what an error says, with flags in place of properties.
  static func sentence(for error: any Error) -> String {
    guard case CheckpointError.otherOptions(let path, let differences) = error else {
      return sentence("\(error)")
    }
    // In the order of what is read, as a list of flags.
    let sorted = differences.map { difference in
      let text = sentence(difference)
      return difference.contains("Norm`")
        ? text.replacing(/\bsource\b/, with: Normalization.perBatch.spelling) : text
    }.sorted()
    return sentence("\(CheckpointError.otherOptions(path: path, differences: sorted))")
  }

  /// Returns a setting as a command line gives it.
  static func words(for setting: Inspection.Setting) -> String {
    let flag = flags[setting.name] ?? setting.name
    return setting.word.map { "\(flag) \($0)" } ?? flag
  }
}
