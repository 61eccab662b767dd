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

  @Test func `repeated names get a number as those of genes do, in equal spellings too`() {
    let lists: [[String]] = [
      [], ["a"], ["b", "a"], ["a", "a"], ["a", "b", "a", "a-1", "a"], ["a", "a", "a-1", "a-1"],
      ["é", "e\u{301}", "é-1"], ["", "", ""], ["x-1", "x", "x", "x-1", "x-1-1", "x"],
      (0..<1_000).map { "cell\($0 % 300)-\($0 % 7)" },
    ]
    for names in lists {
      let (unique, changed) = CellNames(names).madeUnique()
      let expected = madeUnique(names)
      #expect(unique.map { Array($0.utf8) } == expected.names.map { Array($0.utf8) })
      #expect(changed == expected.changed)
      #expect(Set(unique).count == names.count)
    }
  }

  @Test func `names of several lists are found in all of them`() {
    let lists: [CellNames] = [["a", "b", "b", "é"], ["c", "a"], ["a", "d", "e\u{301}"], []]
    #expect(
      CellNames.areShared(among: lists)
        == [[true, false, false, true], [false, true], [true, false, true], []])
    #expect(CellNames.areShared(among: [["a", "a"]]) == [[false, false]])
    #expect(CellNames.areShared(among: [["a"], ["b"]]) == [[false], [false]])
  }

  @Test func `places are found by name`() {
    let places = NamePlaces([["a", "b", "a"], ["é", "a"]])
    #expect(places.contains("a") && places.contains("e\u{301}") && !places.contains("c"))
    #expect(!NamePlaces([]).contains("a"))
    var repeated: [[NamePlaces.Place]] = []
    places.forEachRepeated { repeated.append($0) }
    #expect(
      repeated == [[.init(list: 0, cell: 0), .init(list: 0, cell: 2), .init(list: 1, cell: 1)]])
  }
}
