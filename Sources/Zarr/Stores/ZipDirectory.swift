internal import Support

/// The list of the files in a zip archive, at its end.
///
/// Format: <https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT>.
struct ZipDirectory: Sendable {
  /// A file in the archive.
  struct Entry: Sendable {
    /// The position of its header.
    var offset: Int

    /// The bytes that it takes in the archive.
    var storedSize: Int

    /// Its bytes.
    var size: Int

    var isDeflated: Bool
    var isEncrypted: Bool
  }

  /// The files by name; of several of one name the last.
  private(set) var entries: [String: Entry] = [:]

  /// The largest list that is read; it has some 100 bytes for each file.
  private static let most = 1 << 29

  /// Reads the list of an open file.
  ///
  /// - Throws: ``StoreFailure/unreadable(_:)`` if there is none or it is damaged.
  init(of file: borrowing Descriptor, size: Int) throws(StoreFailure) {
    let place = try Self.place(in: file, size: size)
    guard place.lowerBound >= 0, place.upperBound <= size, place.count <= Self.most else {
      throw .unreadable("its list of files is at \(place), but it has \(size) bytes")
    }
    let list = try readBytes(of: file, at: place)
    var start = 0
    while start + 46 <= list.count, littleEndian(list[start..<start + 4]) == 0x0201_4B50 {
      func number(_ offset: Int, _ count: Int) -> Int {
        littleEndian(list[start + offset..<start + offset + count])
      }
      let (name, extra) = (start + 46, start + 46 + number(28, 2))
      let end = extra + number(30, 2) + number(32, 2)
      guard end <= list.count else { throw .unreadable("its list of files ends too early") }
      let method = number(10, 2)
      var entry = Entry(
        offset: number(42, 4), storedSize: number(20, 4), size: number(24, 4),
        isDeflated: method == 8, isEncrypted: number(8, 2) & 1 != 0)
      try Self.widen(&entry, list[extra..<extra + number(30, 2)])
      let text = String(decoding: list[name..<extra], as: UTF8.self)
      guard entry.offset >= 0, entry.storedSize >= 0, entry.size >= 0 else {
        throw .unreadable("its list of files has an absurd size of '\(text)'")
      }
      guard method == 0 || method == 8 else {
        throw .unreadable(
          "'\(text)' in it is compressed by method \(method) of zip, which is not supported; pack "
            + "it without compression: zip -0 -r")
      }
      if !text.hasSuffix("/") { entries[text] = entry }
      start = end
    }
    guard start == list.count || list.count - start < 46 else {
      throw .unreadable("its list of files is damaged")
    }
  }

  /// Returns the folder that holds one of some files: the root, or the only folder of the archive;
  /// empty or with a trailing slash.
  func root(holding names: [String]) -> String {
    if names.contains(where: { entries[$0] != nil }) { return "" }
    let tops = Set(entries.keys.lazy.map { $0.prefix { $0 != "/" } })
    // A Mac adds a folder of its own.
    let folders = tops.filter { $0 != "__MACOSX" && !$0.hasPrefix(".") }
    guard folders.count == 1, let top = folders.first else { return "" }
    return names.contains { entries["\(top)/\($0)"] != nil } ? "\(top)/" : ""
  }

  /// Returns the place of the list in the file.
  private static func place(
    in file: borrowing Descriptor, size: Int
  ) throws(StoreFailure) -> Range<Int> {
    let first = max(0, size - 22 - 65_535)
    let end = try readBytes(of: file, at: first..<size)
    let found = stride(from: end.count - 22, through: 0, by: -1).first { start in
      end[start] == 0x50 && littleEndian(end[start..<start + 4]) == 0x0605_4B50
    }
    guard let found else {
      throw .unreadable("it has no list of files at its end: it is truncated, or no zip archive")
    }
    let record = end[found..<found + 22]
    let (bytes, offset) = (
      littleEndian(record[found + 12..<found + 16]), littleEndian(record[found + 16..<found + 20])
    )
    guard offset == 0xFFFF_FFFF || bytes == 0xFFFF_FFFF,
      let locator = Optional(first + found - 20), locator >= 0
    else { return offset..<offset + bytes }
    // Large archives have a second record of 64 bits, whose place is before the first one.
    let pointer = try readBytes(of: file, at: locator..<locator + 20)
    guard littleEndian(pointer[0..<4]) == 0x0706_4B50 else { return offset..<offset + bytes }
    let wide = littleEndian(pointer[8..<16])
    guard wide >= 0, wide <= size - 56 else {
      throw .unreadable("its list of files is after its end")
    }
    let large = try readBytes(of: file, at: wide..<wide + 56)
    let (start, count) = (littleEndian(large[48..<56]), littleEndian(large[40..<48]))
    guard littleEndian(large[0..<4]) == 0x0606_4B50, start >= 0, count >= 0, start <= size,
      count <= size - start
    else { throw .unreadable("its list of files is after its end") }
    return start..<start + count
  }

  /// Puts 64-bit numbers of the extra field in the place of 32-bit ones that are full.
  private static func widen(
    _ entry: inout Entry, _ extra: ArraySlice<UInt8>
  ) throws(StoreFailure) {
    var rest = extra
    while rest.count >= 4 {
      let count = littleEndian(rest[rest.startIndex + 2..<rest.startIndex + 4])
      guard count <= rest.count - 4 else { return }
      var field = rest.dropFirst(4).prefix(count)
      if littleEndian(rest[rest.startIndex..<rest.startIndex + 2]) == 1 {
        for part in [\Entry.size, \Entry.storedSize, \Entry.offset]
        where entry[keyPath: part] == 0xFFFF_FFFF && field.count >= 8 {
          entry[keyPath: part] = littleEndian(field.prefix(8))
          field = field.dropFirst(8)
        }
      }
      rest = rest.dropFirst(4 + count)
    }
  }
}

/// Returns a number of up to eight bytes, the lowest first; negative if it exceeds 63 bits.
func littleEndian(_ bytes: ArraySlice<UInt8>) -> Int {
  Int(bitPattern: UInt(bytes.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }))
}
