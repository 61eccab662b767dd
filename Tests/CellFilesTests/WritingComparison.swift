import HDF5
import Testing

/// The paths of all objects below `group`, in the order of reading; not below `left out` ones.
func objects(
  in file: borrowing File, below group: String = "", leavingOut: Set<String> = []
) throws -> [String] {
  var names: [String] = []
  for child in try file.children(of: group.isEmpty ? "/" : group) {
    let name = group.isEmpty ? child : "\(group)/\(child)"
    guard !leavingOut.contains(name) else { continue }
    names.append(name)
    if try file.kind(of: name) == .group {
      names += try objects(in: file, below: name, leavingOut: leavingOut)
    }
  }
  return names
}

/// Expects an object of one file to be in another: kind, attributes, shape, storage, elements.
func expectSame(
  _ name: String, _ found: borrowing File, _ expected: borrowing File
) throws {
  #expect(try found.kind(of: name) == expected.kind(of: name), "\(name)")
  #expect(try found.attributeNames(of: name) == expected.attributeNames(of: name), "\(name)")
  for attribute in try expected.attributeNames(of: name) {
    #expect(
      try found.attribute(attribute, of: name) == expected.attribute(attribute, of: name),
      "\(name)@\(attribute)")
  }
  guard try expected.kind(of: name) == .dataset else { return }
  let a = try found.dataset(name)
  let b = try expected.dataset(name)
  #expect(a.info.shape == b.info.shape, "\(name)")
  #expect(a.info.element == b.info.element, "\(name)")
  #expect(a.info.chunk == b.info.chunk, "\(name)")
  #expect(a.info.filters == b.info.filters, "\(name)")
  switch b.info.element {
  case _ where b.info.isNull: break
  case .integer, .boolean, .enumeration:
    #expect(try a.read(as: Int64.self) == b.read(as: Int64.self), "\(name)")
  case .float:
    let (a, b) = (try a.read(as: Double.self), try b.read(as: Double.self))
    #expect(a.map(\.bitPattern) == b.map(\.bitPattern), "\(name)")
  case .variableString, .fixedString:
    #expect(try a.strings() == b.strings(), "\(name)")
  case .compound:
    for member in try b.arrayMembers() {
      if member.element.isNumeric {
        let (a, b) = (try a.read(member, as: Double.self), try b.read(member, as: Double.self))
        #expect(a.map(\.bitPattern) == b.map(\.bitPattern), "\(name).\(member.name)")
      } else {
        #expect(
          try a.strings(member: member.name) == b.strings(member: member.name),
          "\(name).\(member.name)")
      }
    }
  case .reference, .other:
    Issue.record("no comparison for '\(name)' of \(b.info.element)")
  }
}

/// Expects everything in one file to be in another, but for the objects left out.
func expectAll(
  of expected: borrowing File, in found: borrowing File, leavingOut: Set<String> = []
) throws {
  for name in ["/"] + (try objects(in: expected, leavingOut: leavingOut)) {
    try expectSame(name, found, expected)
  }
}
