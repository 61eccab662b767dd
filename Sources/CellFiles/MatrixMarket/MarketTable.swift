internal import Foundation

/// The lines of a file that names the cells or genes of a matrix, split into fields.
///
/// Fields are tab-separated. Where no line has a tab, and commas, semicolons or spaces split all
/// lines alike, these separate them. Row numbers that R wrote in front are left out.
struct MarketTable {
  /// The file's path.
  let path: String

  /// The fields of each line, without quotes that R puts around them.
  private(set) var rows: [[String]]

  /// What a user should know about it, a sentence each.
  private(set) var notices: [String] = []

  /// Reads a file.
  ///
  /// - Throws: ``CellFileError``, where the file is damaged; `HDF5Error.cannotOpen`.
  init(readingAt path: String) throws {
    self.path = path
    var lines = try TextSource.lines(ofFileAt: path)
    while lines.last?.isEmpty == true { lines.removeLast() }
    rows = lines.map { line in
      line.split(separator: "\t", omittingEmptySubsequences: false).map { field in
        field.count >= 2 && field.hasPrefix("\"") && field.hasSuffix("\"")
          ? String(field.dropFirst().dropLast()) : String(field)
      }
    }
    if !rows.isEmpty, rows.allSatisfy({ $0.count == 1 }) { splitOtherwise(lines) }
    leaveOutRowNumbers()
  }

  /// Splits lines without tabs by what else separates fields in all of them.
  private mutating func splitOtherwise(_ lines: [String]) {
    for (separator, word) in [(",", "commas"), (";", "semicolons"), (" ", "spaces")] {
      guard lines[0].contains(separator) else { continue }
      let split = lines.compactMap { fields(of: $0, partedBy: Character(separator)) }
      guard split.count == lines.count, split[0].count > 1,
        split.allSatisfy({ $0.count == split[0].count })
      else { continue }
      // A space may also be within a name.
      let isSure =
        separator != " " || lookLikeIdentifiers(split.map { $0[0] })
        || Self.areLineNumbers(split.map { $0[0] })
      guard isSure else { continue }
      rows = split.map { $0.map { $0.trimmingASCIISpaces() } }
      notices.append("'\(path)' has fields separated by \(word), not tabs; it is read so")
      return
    }
  }

  /// Leaves the first field out where it is the number of the line, and others are there.
  private mutating func leaveOutRowNumbers() {
    guard rows.count > 1, rows.allSatisfy({ $0.count > 1 }),
      Self.areLineNumbers(rows.map { $0[0] })
    else { return }
    rows = rows.map { Array($0.dropFirst()) }
    notices.append("'\(path)' has row numbers before the names; they are left out")
  }

  private static func areLineNumbers(_ fields: [String]) -> Bool {
    guard let first = fields.first.flatMap({ Int($0) }), first == 0 || first == 1 else {
      return false
    }
    return fields.enumerated().allSatisfy { $1 == String(first + $0) }
  }
}

/// What each feature of a folder is: the third column of `features.tsv`, where it says so.
///
/// The third column of other tables may be a chromosome or the kind of a transcript. It is types
/// where a few are repeated and one of them is a type that programs write. Before version 3 Cell
/// Ranger wrote `genes.tsv`, which has none.
struct FeatureTypes {
  /// The type of each feature, `nil` where its line has none.
  let ofFeature: [String?]

  /// The most types there are.
  private static let most = 50

  /// Types that programs write, in lower case.
  private static let known: Set = [
    "gene expression", "antibody capture", "crispr guide capture", "multiplexing capture",
    "antigen capture", "vdj", "vdj-b", "vdj-t", "custom", "peaks", "gene", "genes", "rna", "mrna",
    "adt", "hto", "protein", "protein expression", "antibody", "crispr", "spike-in", "atac",
    "chromatin accessibility", "cell multiplexing oligo",
  ]

  /// Finds the types in a table; `nil` where it has none.
  init?(of table: MarketTable) {
    guard !(table.path as NSString).lastPathComponent.lowercased().contains("genes"),
      table.rows.contains(where: { $0.count > 2 })
    else { return nil }
    ofFeature = table.rows.map { $0.count > 2 && !isPlaceholder($0[2]) ? $0[2] : nil }
    let types = Set(ofFeature.compactMap(\.self))
    guard types.count <= Self.most,
      types.contains(where: { Self.known.contains($0.lowercased()) })
    else { return nil }
  }
}
