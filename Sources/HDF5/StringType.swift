internal import CHDF5
internal import StoredArrays

#if canImport(Darwin)
internal import Darwin
#else
internal import Glibc
#endif

/// A string type in memory that matches a file's datatype.
///
/// The C library does not convert between fixed and variable length or between ASCII and UTF-8, so
/// strings are read in their stored form.
struct StringType: ~Copyable {
  /// The datatype for the C library.
  let handle: Handle

  /// The bytes of a fixed-length string; `nil` for variable length.
  let fixedBytes: Int?

  private let padding: H5T_str_t

  /// Makes the memory type of strings like those of `type`.
  init(like type: hid_t, location: Location) throws(HDF5Error) {
    let isVariable = locked { H5Tis_variable_str(type) } > 0
    handle = try Handle(
      closedBy: H5Tclose, orThrow: location.unreadable, opening: { H5Tcopy(type) })
    fixedBytes = isVariable ? nil : locked { H5Tget_size(type) }
    padding = locked { H5Tget_strpad(type) }
  }

  /// Makes the type of variable-length UTF-8 strings, as h5py writes them.
  init(variableOrThrow failure: (String) -> HDF5Error) throws(HDF5Error) {
    let type = try Handle(
      closedBy: H5Tclose, orThrow: failure, opening: { H5Tcopy(h5t_c_s1()) })
    let id = type.id
    try check(orThrow: failure) { H5Tset_size(id, h5t_variable()) }
    try check(orThrow: failure) { H5Tset_cset(id, H5T_CSET_UTF8) }
    handle = type
    fixedBytes = nil
    padding = H5T_STR_NULLTERM
  }

  /// The bytes of one string, or of a pointer to it, in memory.
  var bytesInMemory: Int { unsafe fixedBytes ?? MemoryLayout<UnsafePointer<CChar>?>.size }

  /// Reads `count` strings by a call that fills a buffer of this type.
  ///
  /// - Parameters:
  ///   - count: The number of strings that the call reads.
  ///   - failure: Makes the error.
  ///   - transfer: The property list for reading, if not the default.
  ///   - text: The decoder that receives the strings; one that was never written is empty.
  ///   - read: Fills a buffer of `count` strings and returns a status.
  /// - Throws: The error of `failure`.
  func read(
    count: Int, orThrow failure: (String) -> HDF5Error, transfer: hid_t? = nil,
    into text: inout TextDecoder, reading read: (UnsafeMutableRawPointer?) -> herr_t
  ) throws(HDF5Error) {
    guard count > 0 else { return }
    var bytes = [UInt8](repeating: 0, count: count * bytesInMemory)
    try check(orThrow: failure) {
      unsafe bytes.withUnsafeMutableBytes { buffer in unsafe read(buffer.baseAddress) }
    }
    if let fixedBytes {
      for row in 0..<count {
        text.append(content(of: bytes[row * fixedBytes..<(row + 1) * fixedBytes]))
      }
      return
    }
    let space = try makeSpace([count], orThrow: failure)
    let (type, spaceID) = (handle.id, space.id)
    unsafe bytes.withUnsafeMutableBytes { buffer in
      let pointers = unsafe buffer.assumingMemoryBound(to: UnsafePointer<CChar>?.self)
      for row in 0..<count {
        let start = unsafe pointers[row]
        let length = unsafe start.map { unsafe strlen($0) } ?? 0
        unsafe text.append(UnsafeRawBufferPointer(start: start, count: length))
      }
      let memory = buffer.baseAddress
      locked { _ = unsafe H5Dvlen_reclaim(type, spaceID, transfer ?? h5p_default(), memory) }
    }
  }

  /// Returns the bytes of a fixed-length string without its padding.
  private func content(of room: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    switch padding {
    case H5T_STR_NULLTERM: return room.prefix { $0 != 0 }
    case H5T_STR_SPACEPAD:
      let text = room.prefix { $0 != 0 }
      return text[..<(text.lastIndex { $0 != UInt8(ascii: " ") }.map { $0 + 1 } ?? text.startIndex)]
    default:
      // Only NULs at the end are padding; earlier ones distinguish strings.
      return room[..<(room.lastIndex { $0 != 0 }.map { $0 + 1 } ?? room.startIndex)]
    }
  }
}

/// Calls `body` with pointers to the strings' bytes, in the form the C library writes.
///
/// A NUL character, which would end the string, is written as "�".
func withPointers(
  to strings: some Collection<String>, _ body: (UnsafeRawPointer?) -> herr_t
) -> herr_t {
  var bytes: [UInt8] = []
  var starts: [Int] = []
  starts.reserveCapacity(strings.count)
  for string in strings {
    starts.append(bytes.count)
    if string.utf8.contains(0) {
      for byte in string.utf8 { bytes += byte == 0 ? Array("\u{FFFD}".utf8) : [byte] }
    } else {
      bytes.append(contentsOf: string.utf8)
    }
    bytes.append(0)
  }
  return unsafe bytes.withUnsafeBufferPointer { bytes in
    let pointers = unsafe starts.map { start in
      unsafe bytes.baseAddress.map { base in unsafe base + start }
    }
    return unsafe pointers.withUnsafeBytes { unsafe body($0.baseAddress) }
  }
}
