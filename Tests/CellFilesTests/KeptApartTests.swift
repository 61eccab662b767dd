import CellFiles
import Foundation
import HDF5
internal import Support
import Testing
import TestSupport

/// Values that differ in a file differ when they are read, and when they are joined.
@Suite struct KeptApartTests {
  let made: MadeFiles

  init() throws { made = try MadeFiles() }

  /// A file of four cells with a column `key` that `fill` writes.
  private func file(
    _ name: String = "a.h5ad", _ fill: (borrowing File) throws -> Void
  ) throws -> CellFile {
    try CellFile(
      readingAt: made.make(name) { file in
        try file.writeMatrix([[1, 0], [0, 2], [3, 0], [1, 1]], at: "X", of: Float.self)
        try file.writeTable("obs", index: ["a", "b", "c", "d"], columns: ["key"])
        try file.writeTable("var", index: ["x", "y"])
        try fill(file)
      })
  }

  /// Puts other bytes of the same number in the place of a text that occurs in a file.
  private func replace(_ text: String, with bytes: [UInt8], in path: String) throws {
    var data = try Data(contentsOf: URL(filePath: path))
    while let place = data.range(of: Data(text.utf8)) {
      data.replaceSubrange(place, with: bytes)
    }
    try data.write(to: URL(filePath: path))
  }

  private static let huge: [UInt64] = [1 << 63 + 1, 1 << 63 + 2, .max, .max - 1]

  @Test func `whole numbers of 2^63 and more`() throws {
    let plain = try file { try $0.write(Self.huge, at: "obs/key") }
    #expect(try plain.column("key").labels() == Self.huge.map { "\($0)" })
    #expect(try plain.column("key").levels().names == Self.huge.sorted().map { "\($0)" })
    #expect(
      try JoinedCells([plain], batchKey: "key", allowingOneBatch: true).batches.names.count == 4)
    let masked = try file("b.h5ad") {
      try $0.write(Self.huge, at: "obs/key/values")
      try $0.write(booleans: [true, false, false, false], at: "obs/key/mask")
    }
    #expect(try masked.column("key").labels() == [nil] + Self.huge.dropFirst().map { "\($0)" })
    let categories = try file("c.h5ad") {
      try $0.write([3, 2, 1, 0] as [Int8], at: "obs/key/codes")
      try $0.write(Self.huge, at: "obs/key/categories")
    }
    #expect(try categories.column("key").labels() == Self.huge.reversed().map { "\($0)" })
    let small = try file("d.h5ad") { try $0.write([1, 2, 3, 4] as [UInt64], at: "obs/key") }
    #expect(try small.column("key") == .integers([1, 2, 3, 4]))
  }

  @Test func `large whole numbers beside fractions`() throws {
    let whole: [Int64] = [1 << 53, 1 << 53 + 1, 1, 2]
    let files = [
      try file { try $0.write(whole, at: "obs/key") },
      try file("b.h5ad") { try $0.write([0.5, 1.5, 2.5, 3.5], at: "obs/key") },
    ]
    let output = made.path("out.h5ad")
    try writeJoined(
      to: output, cells: JoinedCells(files, batchKey: nil), usedGenes: [true, true],
      adding: AnnDataAdditions())
    #expect(
      try CellFile(readingAt: output).column("key").labels()
        == whole.map { "\($0)" } + ["0.5", "1.5", "2.5", "3.5"])
  }

  @Test func `fractions that differ in the last bit`() throws {
    let values = [0.1, 0.1.nextUp, 1e16, 1e16.nextUp]
    let doubles = try file { try $0.write(values, at: "obs/key") }
    #expect(Set(try doubles.column("key").labels()).count == 4)
    #expect(try doubles.column("key").levels().names.count == 4)
    let singles = try file("b.h5ad") {
      try $0.write([0.1, Float(0.1).nextUp, 16_777_216, 16_777_218], at: "obs/key")
    }
    #expect(Set(try singles.column("key").labels()).count == 4)
    let categories = try file("c.h5ad") {
      try $0.write([0, 1, 2, 3] as [Int8], at: "obs/key/codes")
      try $0.write(values, at: "obs/key/categories")
    }
    #expect(Set(try categories.column("key").labels()).count == 4)
  }

  @Test(arguments: [false, true]) func `labels that are not UTF-8`(isFixed: Bool) throws {
    let labels = ["AndrX#", "AndrY#", "Bob", "Bob"]
    let made = try file {
      if isFixed {
        try $0.write(fixedStrings: labels, at: "obs/key")
      } else {
        try $0.write(strings: labels, at: "obs/key")
      }
    }
    // André and Andrè in Windows-1252, of one byte each.
    try replace("rX#", with: [0x72, 0xE9, 0x23], in: made.path)
    try replace("rY#", with: [0x72, 0xE8, 0x23], in: made.path)
    let read = try CellFile(readingAt: made.path).column("key")
    #expect(read.labels() == ["André#", "Andrè#", "Bob", "Bob"])
    #expect(read.levels().names.count == 3)
  }

  @Test func `categories in two encodings`() throws {
    let made = try file {
      try $0.writeCategorical("obs/key", codes: [0, 1, 1, 0], categories: ["Labo##é", "Laboé"])
    }
    try replace("Labo##é", with: Array("Labo".utf8) + [0xE9, 0, 0, 0], in: made.path)
    #expect(Set(try CellFile(readingAt: made.path).column("key").labels()).count == 2)
  }

  @Test func `text before a NUL that pads nothing`() throws {
    let made = try file { try $0.write(fixedStrings: ["a#1", "a#2", "b", ""], at: "obs/key") }
    try replace("a#1", with: [0x61, 0, 0x31], in: made.path)
    try replace("a#2", with: [0x61, 0, 0x32], in: made.path)
    #expect(
      try CellFile(readingAt: made.path).column("key").labels() == [
        "a\0" + "1", "a\0" + "2", "b", "",
      ])
  }

  @Test func `a sample sheet as spreadsheets in Western Europe save it`() throws {
    func sheet(_ bytes: [UInt8]) throws -> SampleSheet {
      try Data(bytes).write(to: URL(filePath: made.path("s.csv")))
      return try SampleSheet(readingAt: made.path("s.csv"))
    }
    let labs = try sheet(
      Array("path,lab\na.h5ad,Andr".utf8) + [0xE9] + Array("\nb.h5ad,Andr".utf8) + [0xE8, 0x0A])
    #expect(labs.samples.map(\.labels) == [["André"], ["Andrè"]])
    #expect(labs.notices.count == 1 && labs.notices[0].hasSuffix("was read as Windows-1252"))
    let semicolons = try sheet(
      Array("path;lab\r\ns0.h5ad;\"Universit".utf8) + [0xE4] + Array("t; A\"\r\n".utf8))
    #expect(semicolons.samples.map(\.labels) == [["Universität; A"]])
    let plain = try sheet(Array("path,lab;2\na.h5ad,é\n".utf8))
    #expect(plain.columns == ["lab;2"] && plain.notices == [])
    // The same letter in two encodings is not made one.
    let mixed = try sheet(
      Array("path,lab\na.h5ad,".utf8) + [0xE9] + Array("\nb.h5ad,é\n".utf8))
    #expect(mixed.samples.map(\.labels) == [["é"], ["Ã©"]])
    #expect(
      made.text { _ = try sheet([0xFF, 0xFE] + "path,lab\n".utf8.flatMap { [$0, 0] }) }
        == "the sample sheet 's.csv' is text in UTF-16; save it as UTF-8, in Excel as 'CSV UTF-8'")
  }

  @Test(.enabled(if: TestFiles.shared("cases/files") != nil, "the folder of cases is not here"))
  func `the sheets of the cases`() throws {
    let folder = try #require(TestFiles.shared("cases/files/latin1_sheet"))
    let labs = try SampleSheet(readingAt: folder.appending(path: "labs.csv").path)
    let joined = try JoinedCells(labs.open(), batchKey: "lab")
    #expect(joined.batches.names == ["Andrè", "André", "Bob"])
    let european = try SampleSheet(readingAt: folder.appending(path: "excel_eu.csv").path)
    #expect(
      try JoinedCells(european.open(), batchKey: "lab").batches.names
        == ["Universität A", "Universität B"])
  }
}
