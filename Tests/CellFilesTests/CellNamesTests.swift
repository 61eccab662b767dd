import Testing

@testable import CellFiles

/// Names in one text.
@Suite struct CellNamesTests {
  @Test func `names come back as they were`() {
    let names = ["AAAC-1", "", "é", "e\u{301}", "🧬 b", ""]
    let held = CellNames(names)
    #expect(Array(held) == names)
    #expect(held.count == 6 && held[4] == "🧬 b" && held[1].isEmpty)
    #expect(held.map { Array($0.utf8) } == names.map { Array($0.utf8) })
    #expect(CellNames([]).isEmpty)
    #expect(held.selecting([4, 0]) == ["🧬 b", "AAAC-1"])
    #expect(held.selecting(Array(0..<6)) == held)
  }

  @Test func `repeated names are found, in equal spellings too`() {
    #expect(CellNames((0..<1_000).map { "cell\($0)" }).areSurelyUnique)
    #expect(!CellNames(["a", "b", "a"]).areSurelyUnique)
    #expect(!(["é", "e\u{301}"] as CellNames).areSurelyUnique)
  }

  @Test func `names of several lists are counted once in each`() {
    let lists: [CellNames] = [["a", "b", "b"], ["c", "a"], ["a", "d"]]
    #expect(CellNames.shared(among: lists) == ["a": 3])
    #expect(CellNames.shared(among: [["a", "a"]]).isEmpty)
    #expect(CellNames.shared(among: [["a"], ["b"]]).isEmpty)
  }
}
