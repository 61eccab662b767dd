internal import Foundation

/// Genes that are left out of the selection: a named set, a pattern, a name, or a list of names.
///
///     var options = IntegrationOptions()
///     options.excludedGenes = ["mito", "HLA-*", "XIST"]
///
/// Excluded genes still count in the totals of the cells.
public struct GeneExclusion: Equatable, Sendable, ExpressibleByStringLiteral {
  /// The name of a ``GeneSet``, a pattern in which `*` stands for any characters and `?` for one, the
  /// name of a gene, or what the list is called.
  public var name: String

  /// The genes of a list; `nil` where ``name`` says it all.
  public var genes: [String]?

  /// Makes an exclusion of a set, a pattern or a gene.
  public init(_ name: String) { self.name = name }

  /// Makes an exclusion of a list.
  ///
  /// - Parameters:
  ///   - name: What messages and the record call the list, such as the path of its file.
  ///   - genes: The genes.
  public init(name: String, genes: [String]) {
    self.name = name
    self.genes = genes
  }

  /// Makes an exclusion of a set, a pattern or a gene.
  public init(stringLiteral name: String) { self.init(name) }

  /// Finds the genes that it is about.
  ///
  /// - Parameter names: The names that each gene has.
  /// - Returns: Whether each gene is excluded.
  func matches(among names: [[String]]) -> [Bool] {
    let matches = matcher
    return names.map { $0.contains(where: matches) }
  }

  /// Tells whether a name is excluded.
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
  /// Reads the name; the genes of a list are not kept.
  public init(from decoder: any Decoder) throws {
    self.init(try decoder.singleValueContainer().decode(String.self))
  }

  /// Writes the name.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(name)
  }
}

/// Whether a text is what a pattern of `*`, `?` and other characters describes.
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
      // The last star takes one character more.
      star = (last.place + 1, last.next)
      (place, next) = (last.place + 1, last.next + 1)
    } else {
      return false
    }
  }
  return pattern[next...].allSatisfy { $0 == "*" }
}
