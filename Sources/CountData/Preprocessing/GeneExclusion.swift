internal import Foundation

/// Genes to exclude from the selection: a named set, a pattern, a name, or a list of names.
///
///     var options = IntegrationOptions()
///     options.excludedGenes = ["mito", "HLA-*", "XIST"]
///
/// Excluded genes still count in the totals of the cells.
public struct GeneExclusion: Equatable, Sendable, ExpressibleByStringLiteral {
  /// The name of a set such as `mito`, a pattern, the name of a gene, or the name of the list.
  ///
  /// In a pattern `*` stands for any characters and `?` for one character.
  public var name: String

  /// The genes of a list; `nil` if ``name`` alone defines the exclusion.
  public var genes: [String]?

  /// Makes an exclusion of a set, a pattern or a gene.
  public init(_ name: String) { self.name = name }

  /// Makes an exclusion of a list.
  ///
  /// - Parameters:
  ///   - name: The name of the list in messages and the record, such as the path of its file.
  ///   - genes: The genes.
  public init(name: String, genes: [String]) {
    self.name = name
    self.genes = genes
  }

  /// Makes an exclusion of a set, a pattern or a gene.
  public init(stringLiteral name: String) { self.init(name) }

  /// Finds the excluded genes.
  ///
  /// - Parameter names: The names of each gene.
  /// - Returns: A flag for each gene that is true if it is excluded.
  func matches(among names: [[String]]) -> [Bool] {
    let matches = matcher
    return names.map { $0.contains(where: matches) }
  }

  /// A closure that returns whether a name is excluded.
  private var matcher: (String) -> Bool {
    if let genes {
      let listed = Set(genes)
      return listed.contains
    }
    if let set = GeneSet(rawValue: name) { return set.contains }
    guard name.contains(where: { "*?".contains($0) }) else { return { $0 == name } }
    let pattern = Array(name.unicodeScalars)
    return { isMatch(Array($0.unicodeScalars), of: pattern) }
  }
}

extension GeneExclusion: Codable {
  /// Reads the name; the genes of a list are not stored.
  public init(from decoder: any Decoder) throws {
    self.init(try decoder.singleValueContainer().decode(String.self))
  }

  /// Writes the name.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(name)
  }
}

/// Returns whether a text matches a pattern with `*` and `?`.
private func isMatch(_ text: [Unicode.Scalar], of pattern: [Unicode.Scalar]) -> Bool {
  var (place, next) = (0, 0)
  var star: (place: Int, next: Int)?
  while place < text.count {
    if next < pattern.count, pattern[next] == "*" {
      star = (place, next)
      next += 1
    } else if next < pattern.count, pattern[next] == "?" || pattern[next] == text[place] {
      place += 1
      next += 1
    } else if let last = star {
      // The last star matches one more character.
      star = (last.place + 1, last.next)
      (place, next) = (last.place + 1, last.next + 1)
    } else {
      return false
    }
  }
  return pattern[next...].allSatisfy { $0 == "*" }
}
