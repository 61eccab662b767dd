internal import CHDF5
internal import StoredArrays

extension ElementType {
  /// Describes an open datatype.
  init(ofType id: hid_t) {
    let bytes = locked { H5Tget_size(id) }
    switch locked({ H5Tget_class(id) }) {
    case H5T_INTEGER:
      self = .integer(bytes: bytes, signed: locked { H5Tget_sign(id) } == H5T_SGN_2)
    case H5T_FLOAT:
      self = .float(bytes: bytes)
    case H5T_STRING:
      self = locked { H5Tis_variable_str(id) } > 0 ? .variableString : .fixedString(bytes: bytes)
    case H5T_ENUM:
      let members = Self.enumerationMembers(ofType: id)
      let truth = [
        EnumerationMember(name: "FALSE", value: 0), EnumerationMember(name: "TRUE", value: 1),
      ]
      self = members == truth ? .boolean : .enumeration(members)
    case H5T_COMPOUND:
      self = .compound(Self.compoundMembers(ofType: id))
    case H5T_REFERENCE:
      self = .reference
    case H5T_VLEN: self = .other("lists")
    case H5T_ARRAY: self = .other("arrays")
    case H5T_BITFIELD: self = .other("bit fields")
    case H5T_OPAQUE: self = .other("opaque bytes")
    case H5T_TIME: self = .other("times")
    default: self = .other("elements of an unknown type")
    }
  }

  private static func enumerationMembers(ofType id: hid_t) -> [EnumerationMember] {
    let bytes = locked { H5Tget_size(id) }
    let members = 0..<memberCount(ofType: id)
    var names = TextDecoder()
    for member in members { names.append(memberName(ofType: id, member)) }
    return zip(members, names.strings()).map { member, name in
      var value: [UInt8] = Array(repeating: 0, count: Swift.max(bytes, 8))
      locked {
        let base = H5Tget_super(id)
        _ = unsafe H5Tget_member_value(id, member, &value)
        _ = unsafe H5Tconvert(base, h5t_native_int64(), 1, &value, nil, h5p_default())
        H5Tclose(base)
      }
      let number = value.prefix(8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
      return EnumerationMember(name: name, value: Int64(bitPattern: number))
    }
  }

  private static func compoundMembers(ofType id: hid_t) -> [CompoundMember] {
    (0..<memberCount(ofType: id)).map { member in
      let name = String(decoding: memberName(ofType: id, member), as: UTF8.self)
      let type = locked { H5Tget_member_type(id, member) }
      guard type >= 0 else { return CompoundMember(name: name, type: .other("an unknown type")) }
      let handle = Handle(owning: type, closedBy: H5Tclose)
      return CompoundMember(name: name, type: ElementType(ofType: handle.id))
    }
  }

  private static func memberCount(ofType id: hid_t) -> UInt32 {
    UInt32(clamping: locked { H5Tget_nmembers(id) })
  }

  /// Returns the bytes of a member's name.
  private static func memberName(ofType id: hid_t, _ member: UInt32) -> [UInt8] {
    locked {
      guard let text = unsafe H5Tget_member_name(id, member) else { return [] }
      defer { unsafe H5free_memory(text) }
      var bytes: [UInt8] = []
      while unsafe text[bytes.count] != 0 {
        bytes.append(UInt8(bitPattern: unsafe text[bytes.count]))
      }
      return bytes
    }
  }
}
