import CellFiles
import HDF5
internal import Support
import Testing
import TestSupport

/// Columns that do not name batches, and labels that stand for none.
@Suite struct BatchKeyTests {
  let made: MadeFiles

  init() throws { made = try MadeFiles() }

  /// A file with `obs/key` as `write` makes it.
  private func file(
    _ name: String = "a.h5ad", cells: Int, _ write: (borrowing File) throws -> Void
  ) throws -> CellFile {
    try CellFile(
      readingAt: made.make(name) { file in
        try file.writeMatrix(
          [[Double]](repeating: [1, 2], count: cells), at: "X", of: Float.self)
        try file.writeTable("obs", index: (0..<cells).map { "\(name)\($0)" }, columns: ["key"])
        try file.writeTable("var", index: ["x", "y"])
        try write(file)
      })
  }

  private func joining(_ files: CellFile...) -> String {
    made.text { _ = try JoinedCells(files, batchKey: "key") }
  }

  @Test func `a measurement is refused`() throws {
    let share = try file(cells: 60) {
      try $0.write((0..<60).map { Double($0 / 2) / 8 }, at: "obs/key")
    }
    #expect(
      joining(share)
        == "'key' in 'a.h5ad' is a measurement, with 30 different numbers from 0.0 to 3.625 in 60 "
        + "cells; choose a column whose levels have many cells each, or, if these are names, "
        + "store them as text or as whole numbers")
    let totals = try file(cells: 60) {
      try $0.write((0..<60).map { Double(1000 + $0 / 2) }, at: "obs/key")
    }
    #expect(joining(totals).hasPrefix("'key' in 'a.h5ad' is a measurement, with 30 different"))
    let text = try file(cells: 60) {
      try $0.write(strings: (0..<60).map { "\(Double($0 / 2) / 8)" }, at: "obs/key")
    }
    #expect(joining(text).hasPrefix("'key' in 'a.h5ad' is a measurement, with 30 different"))
    let few = try file(cells: 12) {
      try $0.write((0..<12).map { 0.125 * Double(max($0, 1)) }, at: "obs/key")
    }
    #expect(joining(few).hasPrefix("'key' in 'a.h5ad' is a measurement, with 11 different"))
  }

  @Test func `numbers in two files are counted together`() throws {
    let files = try (0..<2).map { part in
      try file("\(part).h5ad", cells: 40) {
        try $0.write((0..<40).map { Double($0 / 4 + 20 * part) + 0.5 }, at: "obs/key")
      }
    }
    #expect(joining(files[0]) == "nothing was thrown")
    #expect(
      made.text { _ = try JoinedCells(files + files, batchKey: "key") } == "nothing was thrown")
    let third = try file("2.h5ad", cells: 40) {
      try $0.write((0..<40).map { Double($0 / 4) + 0.25 }, at: "obs/key")
    }
    #expect(
      joining(files[0], files[1], third).hasPrefix(
        "'key' in '0.h5ad' is a measurement, with 30 different numbers from 0.25 to 29.5 in 120"))
  }

  @Test func `integers, few numbers and names are batches`() throws {
    let whole = try file(cells: 60) { try $0.write((0..<60).map { Int64($0 / 2) }, at: "obs/key") }
    #expect(joining(whole) == "nothing was thrown")
    let doses = try file(cells: 60) {
      try $0.write((0..<60).map { [0.5, 1, 2.5][$0 % 3] }, at: "obs/key")
    }
    #expect(joining(doses) == "nothing was thrown")
    let donors = try file(cells: 300) {
      try $0.write((0..<300).map { Double($0 % 25) }, at: "obs/key")
    }
    #expect(joining(donors) == "nothing was thrown")
    let versions = try file(cells: 60) {
      try $0.write(strings: (0..<60).map { "v\($0 / 2).1" }, at: "obs/key")
    }
    #expect(joining(versions) == "nothing was thrown")
  }

  @Test func `"nan" and nothing are missing labels, and others that look so are told`() throws {
    let labels = ["a", "b", "nan", "", " ", "a", "b", "nan"]
    let expected =
      "4 of 8 cells in 'a.h5ad' have no label in 'key': '' and ' ' and 'nan' mean a missing "
      + "label; the first such cell is 'a.h5ad2'; label them, or remove them"
    let text = try file(cells: 8) { try $0.write(strings: labels, at: "obs/key") }
    #expect(joining(text) == expected)
    let categories = try file(cells: 8) {
      try $0.writeCategorical(
        "obs/key", codes: labels.map { ["a", "b", "nan", "", " "].firstIndex(of: $0) ?? 0 },
        categories: ["a", "b", "nan", "", " "])
    }
    #expect(joining(categories) == expected)

    let other = try file(cells: 6) {
      try $0.write(strings: ["a", "NA", "a", "None", "NA", "Nancy"], at: "obs/key")
    }
    let joined = try JoinedCells([other], batchKey: "key")
    #expect(joined.batches.names.count == 4)
    #expect(
      joined.notices == [
        "in 'key' 'NA' (2 cells), 'None' (1 cell) look like a missing label but are read as a batch; "
          + "remove such cells if they have none"
      ])
  }

  @Test func `an unused category is no label`() throws {
    let file = try file(cells: 4) {
      try $0.writeCategorical("obs/key", codes: [0, 1, 0, 1], categories: ["a", "b", "nan"])
    }
    let joined = try JoinedCells([file], batchKey: "key")
    #expect(joined.batches.names == ["a", "b"] && joined.notices == [])
  }
}
