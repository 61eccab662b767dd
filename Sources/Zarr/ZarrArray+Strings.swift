internal import StoredArrays

extension ZarrArray {
  /// The largest plausible number of bytes of strings that one encoded byte stands for.
  private static let largestRatio = 1 << 12

  /// The number of bytes of strings of a chunk that are always plausible.
  private static let plausibleBytes = 1 << 26

  /// The largest plausible number of encoded bytes of a chunk of strings.
  private static let mostStored = 1 << 30

  /// Reads strings of fixed length, or of any.
  ///
  /// Strings that are not UTF-8 are decoded as Windows-1252. Two different strings never become
  /// equal.
  ///
  /// - Returns: The strings of a list, or a single one.
  /// - Throws: ``ZarrError`` if the elements are not strings.
  package func strings() throws(ZarrError) -> [String] {
    guard info.element.isString else {
      throw .wrongElements(name: name, path: path, expected: "strings", found: info.element)
    }
    guard info.shape.count <= 1 else {
      throw location.unsupported("strings in \(info.shape.count) dimensions")
    }
    let count = try count(
      ofRows: 0..<info.rowCount,
      bytesPerElement: max(MemoryLayout<String>.size, metadata.type.bytes))
    var text = TextDecoder()
    text.reserve(count)
    let size = metadata.chunk.first ?? 1
    for chunk in 0..<count / size + (count % size > 0 ? 1 : 0) {
      let wanted = min(size, count - chunk * size)
      if case .fixedString(let width) = info.element {
        try readFixed(chunk, wanted, width: width, into: &text)
      } else {
        try readVariable(chunk, wanted, into: &text)
      }
    }
    return text.strings()
  }

  /// Reads strings with their lengths before them.
  private func readVariable(
    _ chunk: Int, _ wanted: Int, into text: inout TextDecoder
  ) throws(ZarrError) {
    guard let stored = try stored(chunk, limit: Self.mostStored) else {
      appendFill(wanted, to: &text)
      return
    }
    do throws(CodecFailure) {
      let limit = Self.plausibleBytes + Self.largestRatio * stored.count
      let bytes = try metadata.codecs.decode(stored, size: nil, upTo: limit)
      func number(_ place: Int) throws(CodecFailure) -> Int {
        guard place + 4 <= bytes.count else { throw .damaged("its strings end too early") }
        return littleEndian(bytes[place..<place + 4])
      }
      let count = try number(0)
      guard count >= wanted else { throw .damaged("it has \(count) strings, not \(wanted)") }
      var place = 4
      for _ in 0..<wanted {
        let length = try number(place)
        place += 4
        guard length <= bytes.count - place else { throw .damaged("its strings end too early") }
        text.append(bytes[place..<place + length])
        place += length
      }
    } catch { throw damage(file(ofChunk: chunk), error) }
  }

  /// Appends the strings of a chunk that was never written.
  private func appendFill(_ count: Int, to text: inout TextDecoder) {
    guard case .text(let fill) = metadata.fill else { return }
    let end = fill.lastIndex { $0 != 0 }.map { $0 + 1 } ?? 0
    for _ in 0..<count { text.append(fill[..<end]) }
  }

  /// Reads strings that are padded with zeros.
  private func readFixed(
    _ chunk: Int, _ wanted: Int, width: Int, into text: inout TextDecoder
  ) throws(ZarrError) {
    let size = metadata.chunkCount * width
    guard let stored = try stored(chunk, limit: 2 * size + 4096) else {
      appendFill(wanted, to: &text)
      return
    }
    do throws(CodecFailure) {
      guard size <= Self.plausibleBytes + Self.largestRatio * stored.count else {
        throw .damaged("its \(stored.count) bytes cannot be \(size)")
      }
      let bytes = try metadata.codecs.decode(stored, size: size, upTo: size)
      guard bytes.count == size else { throw .damaged("it has \(bytes.count) bytes, not \(size)") }
      for row in 0..<wanted {
        let element = bytes[row * width..<(row + 1) * width]
        if metadata.type.isUTF32 {
          text.append(utf8(ofUTF32: element, isBigEndian: metadata.type.isBigEndian))
        } else {
          // Only zeros at the end are padding.
          text.append(
            element[..<(element.lastIndex { $0 != 0 }.map { $0 + 1 } ?? element.startIndex)])
        }
      }
    } catch { throw damage(file(ofChunk: chunk), error) }
  }
}

/// Returns the UTF-8 of characters of four bytes each, without zeros at the end.
private func utf8(ofUTF32 bytes: ArraySlice<UInt8>, isBigEndian: Bool) -> [UInt8] {
  var scalars = String.UnicodeScalarView()
  var zeros = 0
  for place in stride(from: bytes.startIndex, to: bytes.endIndex, by: 4) {
    let number = UInt32(truncatingIfNeeded: littleEndian(bytes[place..<place + 4]))
    let value = isBigEndian ? number.byteSwapped : number
    guard value != 0 else {
      zeros += 1
      continue
    }
    for _ in 0..<zeros { scalars.append("\0") }
    zeros = 0
    scalars.append(Unicode.Scalar(value) ?? "\u{FFFD}")
  }
  return Array(String(scalars).utf8)
}
