import Foundation
import HDF5
import Testing
import TestSupport

/// What h5py writes and this package does not; `Tests/Fixtures/make_h5py.py` made the file.
@Suite struct ForeignFileTests {
  let path = TestFiles.fixtures.appending(path: "h5py.h5").path

  @Test(arguments: ["nullterm", "nullpad", "spacepad"])
  func `strings in a fixed room, however they are padded`(padding: String) throws {
    let file = try File(readingAt: path)
    #expect(try file.strings("strings/\(padding)") == ["ab", "", "abc"])
    #expect(try file.strings("strings/\(padding)", rows: 2..<3) == ["abc"])
    #expect(try file.info(of: "strings/\(padding)").element == .fixedString(bytes: 4))
  }

  @Test func `strings that are no UTF-8, never written, or declared as something else`() throws {
    let file = try File(readingAt: path)
    #expect(try file.strings("strings/broken") == ["aÿb", "ö"])
    #expect(try file.strings("strings/utf8") == ["größ", "T"])
    #expect(try file.strings("strings/ascii") == ["x", "yz"])
    #expect(try file.strings("strings/unwritten") == ["", "here", ""])
  }

  @Test func `numbers of other types`() throws {
    let file = try File(readingAt: path)
    #expect(try file.info(of: "numbers/half").element == .float(bytes: 2))
    #expect(try file.read("numbers/half", as: Float.self) == [0.5, -2, 1024])
    #expect(try file.read("numbers/big", as: Double.self) == [1, -2, 3])
    #expect(try file.read("numbers/big_int", as: Int32.self) == [1, -2, 300])
    #expect(try file.read("numbers/vast", as: UInt64.self) == [0, .max])
    #expect(try file.read("numbers/vast", as: Int64.self) == [0, .max])
    #expect(try file.info(of: "numbers/null").isNull)
    #expect(try file.read("numbers/null", as: Float.self) == [])
  }

  @Test func `lzf, which libhdf5 does not have`() throws {
    let file = try File(readingAt: path)
    #expect(try file.info(of: "numbers/lzf").filters == [2, 32000])
    #expect(try file.read("numbers/lzf", as: Int.self) == (0..<1000).map { $0 / 10 })
    #expect(try file.read("numbers/lzf", rows: 299..<302, as: Int.self) == [29, 30, 30])
  }

  @Test func `an enumeration`() throws {
    let file = try File(readingAt: path)
    let members = [
      EnumerationMember(name: "BLUE", value: 7), EnumerationMember(name: "RED", value: 3),
    ]
    #expect(try file.info(of: "numbers/colours").element == .enumeration(members))
    #expect(try file.read("numbers/colours", as: Int.self) == [7, 3, 7])
  }

  @Test func `fields of records`() throws {
    let file = try File(readingAt: path)
    let records = try file.dataset("records")
    #expect(
      records.info.element
        == .compound([
          CompoundMember(name: "index", type: .fixedString(bytes: 3)),
          CompoundMember(name: "n", type: .integer(bytes: 8, signed: true)),
          CompoundMember(name: "x", type: .float(bytes: 4)),
          CompoundMember(name: "on", type: .boolean),
          CompoundMember(name: "label", type: .variableString),
          CompoundMember(name: "pca", type: .other("arrays")),
        ]))
    #expect(try records.strings(member: "index") == ["a", "bc", ""])
    #expect(try records.strings(member: "label") == ["one", "zwölf", ""])
    #expect(try records.read(member: "n", as: Int.self) == [1, -2, 3])
    #expect(try records.read(member: "x", as: Double.self) == [0.5, 1.5, 2.5])
    #expect(try records.read(member: "on", as: Int8.self) == [1, 0, 1])
    #expect(
      throws: HDF5Error.wrongElements(
        name: "records.label", path: path, expected: "numbers", found: .variableString)
    ) { try file.dataset("records").read(member: "label", as: Int.self) }
    #expect(
      throws: HDF5Error.noSuchObject(
        name: "records.z", path: path,
        present: ["index", "n", "x", "on", "label", "pca"].map { "records.\($0)" })
    ) { try file.dataset("records").strings(member: "z") }
  }

  @Test func `links that lead nowhere`() throws {
    let file = try File(readingAt: path)
    #expect(
      try file.children(of: "links") == ["circle", "dangling", "data", "outside", "soft"])
    #expect(try file.kind(of: "links/soft") == .dataset)
    for name in ["circle", "dangling", "outside"] {
      #expect(try file.kind(of: "links/\(name)") == nil)
      #expect(try file.kind(of: "links/\(name)/x") == nil)
      #expect(
        throws: HDF5Error.noSuchObject(
          name: "links/\(name)", path: path,
          present: ["circle", "dangling", "data", "outside", "soft"])
      ) { try file.read("links/\(name)", as: Int.self) }
    }
  }

  @Test func `attributes of other types`() throws {
    let file = try File(readingAt: path)
    #expect(try file.attribute("fixed", of: "/") == .string("csr"))
    #expect(try file.attribute("fixed_list", of: "/") == .strings(["a", "bc"]))
    #expect(try file.attribute("flag", of: "/") == .boolean(true))
    #expect(try file.attribute("small", of: "/") == .integer(-3))
    #expect(try file.attribute("list", of: "/") == .integers([1, 2]))
    #expect(try file.attribute("empty", of: "/") == .empty)
  }
}
