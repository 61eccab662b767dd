import Testing

@testable import Zarr

@Suite struct JSONTests {
  private func value(_ text: String) throws -> JSONValue {
    try JSONParser.value(of: Array(text.utf8))
  }

  private func failure(_ text: String) -> String {
    do {
      return "\(try value(text))"
    } catch let error as JSONParser.Failure {
      return error.reason
    } catch { return "\(error)" }
  }

  @Test func `values of every kind`() throws {
    let found = try value(
      #" {"a": [1, -2.5e3, NaN, -Infinity], "b": {"c": null, "d": true}, "e": "x"} "#)
    #expect(found["a"]?.array?.count == 4)
    #expect(found["a"]?.array?[0].integer == 1 && found["a"]?.array?[1].double == -2500)
    #expect(found["a"]?.array?[1].integer == -2500)
    #expect(found["a"]?.array?[2].double?.isNaN == true)
    #expect(found["a"]?.array?[3].double == -.infinity)
    #expect(found["b"]?["c"] == .null && found["b"]?["d"]?.boolean == true)
    #expect(found["e"]?.string == "x" && found["f"] == nil)
    #expect(found["a"]?.integers == nil)
    #expect(try value("[1, 2, 3.0]").integers == [1, 2, 3])
    #expect(try value(#"{"a": 1, "a": 2}"#)["a"]?.integer == 2)
  }

  @Test func `characters that are escaped`() throws {
    #expect(
      try value(#""\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00é""#).string
        == "\"\\/\u{8}\u{C}\n\r\té😀é")
    #expect(try value(#""\ud83d""#).string == "\u{FFFD}")
  }

  @Test func `numbers keep all of their digits`() throws {
    #expect(try value("18446744073709551615") == .number("18446744073709551615"))
    #expect(try value("9223372036854775807").integer == .max)
  }

  @Test func `a member that is skipped is checked all the same`() throws {
    let text = #"{"a": 1, "skip": {"x": [1, "y"], "skip": {}}, "b": {"skip": 2}}"#
    let found = try JSONParser.value(of: Array(text.utf8), skipping: "skip")
    #expect(found["skip"] == nil && found["a"]?.integer == 1 && found["b"]?["skip"]?.integer == 2)
    #expect(throws: JSONParser.Failure.self) {
      try JSONParser.value(of: Array(#"{"skip": [1,}"#.utf8), skipping: "skip")
    }
  }

  @Test func `text that is not JSON`() {
    #expect(failure("") == "its text ends at byte 0, where a value was expected")
    #expect(failure("{\"a\": }") == "its text has no value at byte 6")
    #expect(failure("[1 2]") == "its text has no comma or a bracket at byte 3")
    #expect(failure("{\"a\" 1}") == "its text has no colon at byte 5")
    #expect(failure("{1: 2}") == "its text has no name at byte 1")
    #expect(failure("[1] x") == "its text has no end at byte 4")
    #expect(failure("\"a") == "its text ends at byte 2, where the end of a text was expected")
    #expect(failure("\"\\x\"") == "its text has no escape at byte 3")
    for text in ["0x10", "nan", "infinity", "+1", "1e", "--1", "tru", "1p3", "01x"] {
      #expect(failure(text).hasPrefix("its text has no value"), "\(text)")
    }
    let deep = String(repeating: "[", count: 100_000)
    #expect(failure(deep) == "it has more than 200 levels")
    #expect(failure(String(repeating: "9", count: 1000)).hasPrefix("its text has no value"))
  }

  @Test func `text that is not UTF-8`() {
    do {
      _ = try JSONParser.value(of: [0x22, 0xFF, 0x22])
      Issue.record("it was read")
    } catch {
      #expect(error.reason == "its text has no text in UTF-8 at byte 0")
    }
  }
}
