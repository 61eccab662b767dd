internal import Evaluation
internal import Foundation

/// One file of custom content.
struct MultiQCContent: Encodable {
  var id: String
  var plotType: String
  var pconfig: MultiQCConfiguration
  var data: [String: [String: MultiQCValue]]
  var headers: [String: MultiQCColumn]?
  var sectionName: String?
  var description: String?
  var parentID: String?
  var parentName: String?
  var parentDescription: String?

  enum CodingKeys: String, CodingKey {
    case id, pconfig, data, headers, description
    case plotType = "plot_type"
    case sectionName = "section_name"
    case parentID = "parent_id"
    case parentName = "parent_name"
    case parentDescription = "parent_description"
  }

  /// Returns the file, with the same bytes for the same content.
  func json() throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return try encoder.encode(self) + Data("\n".utf8)
  }
}

/// A value of a row: a number, or words.
enum MultiQCValue: Encodable, Equatable {
  case number(Double)
  case text(String)

  /// Rounds to four decimals, which is finer than random variation.
  static func rounded(_ value: Double) -> MultiQCValue {
    .number((value * 10_000).rounded() / 10_000)
  }

  /// Makes a number from a count.
  static func count(_ value: Int) -> MultiQCValue { .number(Double(value)) }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .number(let value): try container.encode(value)
    case .text(let text): try container.encode(text)
    }
  }
}

extension [String: MultiQCValue] {
  /// Adds an assessment as the values `verdict` and `verdict_evidence`; nothing for `nil`.
  mutating func add(_ verdict: CorrectionVerdict?) {
    self["verdict"] = verdict.map { .text($0.kind.rawValue) }
    self["verdict_evidence"] = verdict.map { .text($0.evidence) }
  }
}

/// The `pconfig` of MultiQC, for a plot, a table, or the columns of the general statistics.
enum MultiQCConfiguration: Encodable {
  case plot(MultiQCPlot)
  case columns([[String: MultiQCColumn]])
  case table(MultiQCTable)

  func encode(to encoder: any Encoder) throws {
    switch self {
    case .plot(let plot): try plot.encode(to: encoder)
    case .columns(let columns): try columns.encode(to: encoder)
    case .table(let table): try table.encode(to: encoder)
    }
  }
}

/// The style of the bars.
struct MultiQCPlot: Encodable {
  var id: String
  var title: String
  var ylab: String
  var ymin = 0.0
  var stacking = "group"  // mixing does not add up
  var percentSwitch = false
  var hidesZero = false  // a separate batch must stay visible
  var decimals = 2

  enum CodingKeys: String, CodingKey {
    case id, title, ylab, ymin, stacking
    case percentSwitch = "cpswitch"
    case hidesZero = "hide_zero_cats"
    case decimals = "tt_decimals"
  }

  static let mixing = MultiQCPlot(
    id: "scharmonize_mixing_plot", title: "scharmonize: mixing by batch",
    ylab: "Mixing (0 separate, 1 mixed)")
}

/// The style of a table.
struct MultiQCTable: Encodable {
  var id: String
  var title: String
}

/// A column of the general statistics, or of a table.
struct MultiQCColumn: Encodable {
  var title: String
  var description: String
  var min: Double? = 0
  var max: Double?
  var scale: String?
  var format: String?
  var hidden: Bool?
  var placement: Int?
  var rules: [String: [[String: String]]]?

  enum CodingKeys: String, CodingKey {
    case title, description, min, max, scale, format, hidden, placement
    case rules = "cond_formatting_rules"
  }

  /// The columns of an assessment: its kind, and the evidence.
  static let verdict: [[String: MultiQCColumn]] = [
    [
      "verdict": MultiQCColumn(
        title: "Correction",
        description: "Whether the embedding looks over-, under- or well corrected", min: nil,
        rules: [
          "pass": [["s_eq": CorrectionVerdict.Kind.wellCorrected.rawValue]],
          "warn": [["s_ne": CorrectionVerdict.Kind.wellCorrected.rawValue]],
        ])
    ],
    [
      "verdict_evidence": MultiQCColumn(
        title: "Evidence", description: "The evidence for the column Correction", min: nil,
        hidden: true)
    ],
  ]
}
