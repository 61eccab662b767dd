import Foundation
import Testing
@testable import Integration

/// The names and kinds of covariates as text.
@Suite struct CovariateKeyTests {
  @Test func `keys are read and written as text`() throws {
    for (text, key) in [
      ("phase", CovariateKey("phase")), ("n:continuous", CovariateKey("n", kind: .continuous)),
      ("S:score", CovariateKey("S:score")),
      ("a:b:categorical", CovariateKey("a:b", kind: .categorical)),
    ] {
      #expect(CovariateKey(parsing: text) == key)
      #expect(key.description == text)
      let data = try JSONEncoder().encode([key])
      #expect(try JSONDecoder().decode([CovariateKey].self, from: data) == [key])
    }
  }
}
