internal import CountData
internal import Support

extension Diagnostics {
  /// The maximum number of combinations named in a sentence.
  private static let namedCombinations = 5

  /// Reports batch keys that determine each other, and combinations of levels without cells.
  mutating func add(aboutKeysOf cells: CellDataset) {
    let keys = cells.batchKeys
    guard keys.count > 1 else { return }
    let names = cells.namesOfKeys
    for a in keys.indices {
      for b in keys.indices where b > a {
        add(about: (names[a], keys[a]), and: (names[b], keys[b]))
      }
    }
  }

  private mutating func add(
    about first: (name: String, levels: BatchAssignment),
    and second: (name: String, levels: BatchAssignment)
  ) {
    var partners = [Set<Int32>](repeating: [], count: first.levels.names.count)
    var others = [Set<Int32>](repeating: [], count: second.levels.names.count)
    for (a, b) in zip(first.levels.batchOfCell, second.levels.batchOfCell) {
      partners[Int(a)].insert(b)
      others[Int(b)].insert(a)
    }
    let (firstDetermines, secondDetermines) = (
      partners.allSatisfy { $0.count <= 1 }, others.allSatisfy { $0.count <= 1 }
    )
    if firstDetermines, secondDetermines {
      warnings.append(
        "the batch keys '\(first.name)' and '\(second.name)' determine each other, so their effects "
          + "cannot be told apart; give one of them")
    } else if firstDetermines || secondDetermines {
      let (fine, coarse) = firstDetermines ? (first.name, second.name) : (second.name, first.name)
      notices.append(
        "the batch key '\(fine)' determines '\(coarse)': what the batches of a level of '\(coarse)' "
          + "share counts as the effect of '\(coarse)', and the rest as that of '\(fine)'")
    } else {
      addUnseen(first, second, partners)
    }
  }

  private mutating func addUnseen(
    _ first: (name: String, levels: BatchAssignment),
    _ second: (name: String, levels: BatchAssignment), _ partners: [Set<Int32>]
  ) {
    var unseen: [String] = []
    var (count, all) = (0, 0)
    for (a, seen) in partners.enumerated() where !seen.isEmpty {
      for b in second.levels.names.indices {
        all += 1
        guard !seen.contains(Int32(b)) else { continue }
        count += 1
        if unseen.count < Self.namedCombinations {
          unseen.append("'\(first.levels.names[a])' with '\(second.levels.names[b])'")
        }
      }
    }
    guard count > 0 else { return }
    notices.append(
      "\(count) of \(all) combinations of '\(first.name)' and '\(second.name)' hold no cells: "
        + unseen.joined(separator: ", ") + (count > unseen.count ? ", …" : "")
        + "; the effects of their levels are estimated from the other combinations")
  }
}

extension CellDataset {
  /// The names of the batch keys, in order; numbers if the cells do not come from files.
  var namesOfKeys: [String] {
    let columns = (batchKey ?? "").split(separator: ",").map(\.trimmed)
    return columns.count == batchKeys.count
      ? columns : batchKeys.indices.map { "key \($0 + 1)" }
  }
}
