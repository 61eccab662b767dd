/// A publication that a methods section cites.
package struct Publication: Equatable, Sendable {
  /// The authors and year, as in a text.
  package let short: String

  /// Authors, title, journal, year.
  package let text: String

  /// The address.
  package let url: String

  /// Makes a publication.
  package init(_ short: String, _ text: String, _ url: String) {
    (self.short, self.text, self.url) = (short, text, url)
  }
}
