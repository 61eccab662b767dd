import Foundation
import HDF5
import Testing
import TestSupport

/// Groups whose links or attributes are kept in another way than h5py's usual one.
@Suite struct GroupCopyingTests {
  struct Kind: Sendable, CustomTestStringConvertible {
    let testDescription: String
    var options = GroupOptions()

    init(_ name: String, _ set: (inout GroupOptions) -> Void) {
      testDescription = name
      set(&options)
    }
  }

  static let kinds = [
    Kind("plain") { _ in },
    Kind("links tracked") { $0.links = .tracked },
    Kind("links indexed") { $0.links = .indexed },
    Kind("attributes tracked") { $0.attributes = .tracked },
    Kind("attributes indexed") { $0.attributes = .indexed },
    Kind("both indexed") { ($0.links, $0.attributes) = (.indexed, .indexed) },
    Kind("both tracked and dense") {
      ($0.links, $0.attributes, $0.isDense) = (.tracked, .tracked, true)
    },
    Kind("both indexed and dense") {
      ($0.links, $0.attributes, $0.isDense) = (.indexed, .indexed, true)
    },
  ]

  /// Numbers of links: none, few, more than lie in the group's header, and many.
  @Test(arguments: kinds, [0, 3, 30, 600])
  func `a group is copied, whatever keeps its links`(kind: Kind, count: Int) throws {
    let folder = try TemporaryFolder()
    let path = folder.path("a.h5")
    let made = try File(creatingAt: path)
    try made.createGroup("obs", kind.options)
    try made.createGroup("obs/inner", kind.options)
    // Not in alphabetical order, as the order of making may be kept.
    for number in (0..<count).reversed() {
      try made.write([Int32(number)], at: "obs/column\(number)")
      if number < 20 { try made.setAttribute("a\(number)", of: "obs", to: .integer(Int64(number))) }
    }
    try made.close()
    let source = try File(readingAt: path)
    let target = try File(creatingAt: folder.path("b.h5"))
    try source.copyContents(to: target, leavingOut: { _ in false })
    // The copy is a whole group: it takes further links.
    try target.write([7], at: "obs/inner/new")
    try target.close()
    let copy = try File(readingAt: folder.path("b.h5"))
    #expect(try copy.children(of: "obs") == source.children(of: "obs"))
    #expect(try copy.children(of: "obs").count == count + 1)
    #expect(try copy.attributeNames(of: "obs") == source.attributeNames(of: "obs"))
    for number in 0..<min(count, 20) {
      #expect(try copy.read("obs/column\(number)", as: Int.self) == [number])
      #expect(try copy.attribute("a\(number)", of: "obs") == .integer(Int64(number)))
    }
    #expect(try copy.read("obs/inner/new", as: Int.self) == [7])
  }

  @Test func `a list of more than 64 kilobytes is an attribute, and copied`() throws {
    let folder = try TemporaryFolder()
    let names = (0..<5200).map { "c\($0)" }
    let source = try File(creatingAt: folder.path("a.h5"))
    var options = GroupOptions()
    options.attributes = .tracked
    try source.createGroup("obs", options)
    try source.setAttribute("column-order", of: "obs", to: .strings(names))
    let target = try File(creatingAt: folder.path("b.h5"))
    try source.copy("obs", to: target, as: "obs")
    #expect(try target.attribute("column-order", of: "obs") == .strings(names))
  }

  @Test(arguments: [false, true])
  func `thousands of names are listed and copied`(isOrdered: Bool) throws {
    let folder = try TemporaryFolder()
    let source = try File(creatingAt: folder.path("a.h5"))
    var options = GroupOptions()
    if isOrdered { (options.links, options.attributes) = (.indexed, .indexed) }
    try source.createGroup("obs", options)
    for number in 0..<5200 { try source.createGroup("obs/\(number)") }
    #expect(try source.children(of: "obs") == (0..<5200).map(String.init).sorted())
    let target = try File(creatingAt: folder.path("b.h5"))
    try source.copyContents(to: target, leavingOut: { _ in false })
    #expect(try target.children(of: "obs").count == 5200)
  }

  @Test func `groups that lie within one another without end are an error`() throws {
    let folder = try TemporaryFolder()
    let source = try File(creatingAt: folder.path("a.h5"))
    try source.createGroup([String](repeating: "g", count: 300).joined(separator: "/"))
    let target = try File(creatingAt: folder.path("b.h5"))
    #expect(throws: HDF5Error.self) { try source.copy("g", to: target, as: "g") }
  }
}
