internal import CellFiles
internal import Foundation
internal import Support

/// The layout of a step's file, which is the same for all kinds.
///
///     magic      "SCHSTEP1"
///     sections   the numbers of each, little-endian, one section after another
///     directory  JSON: kind, version, origins; name, place, length and checksum of each section
///     end        place, length and checksum of the directory (UInt64 × 3), "SCHSTEND"
///
/// The directory comes last, so sections can be written while they grow, and a file that ends early
/// has no end. A file appears under its name when it is complete.
enum StepLayout {
  static let magic = Array("SCHSTEP1".utf8)
  static let end = Array("SCHSTEND".utf8)
  static let endLength = 32

  /// A section of a file.
  struct Section: Codable, Sendable {
    var name: String
    var place: Int
    var length: Int
    var checksum: UInt64
  }

  /// The contents of a file.
  struct Directory: Codable, Sendable {
    var kind: StepKind
    var version: String
    var origins: StepOrigins
    var sections: [Section]
  }
}

/// The origins of a step's file.
struct StepOrigins: Codable, Sendable, Equatable {
  /// The identity of the plan; `nil` for a scan, and for a plan itself.
  var plan: String?

  /// The identity of the trained model, for what follows it.
  var model: String?

  /// The number of the input in the plan, for files of one input.
  var input: Int?
}

/// A file of a step that is open for reading.
struct StepFile {
  let path: String
  private let descriptor: OpenFile
  private let directory: StepLayout.Directory

  /// A number that other plans, or models, do not have: a checksum of all of the contents.
  let identity: String

  /// The origins of the file.
  var origins: StepOrigins { directory.origins }

  /// Opens a file and reads its directory.
  ///
  /// - Throws: ``StepError`` if it is not a complete file of the kind by this version.
  init(readingAt path: String, expecting kind: StepKind) throws(StepError) {
    self.path = path
    let descriptor = try OpenFile(path)
    self.descriptor = descriptor
    let size = descriptor.size
    func number(_ bytes: [UInt8], _ place: Int) -> Int {
      let value = (0..<8).reduce(UInt64(0)) { $0 | UInt64(bytes[place + $1]) << UInt64(8 * $1) }
      return Int(clamping: value)
    }
    let magic = StepLayout.magic
    guard size >= magic.count, try descriptor.bytes(0..<magic.count) == magic else {
      throw .otherKind(path: path, found: nil, expected: kind.rawValue)
    }
    let truncated = StepError.damaged(path: path, problem: "it ends early")
    guard size >= magic.count + StepLayout.endLength else { throw truncated }
    let end = try descriptor.bytes(size - StepLayout.endLength..<size)
    guard Array(end[24...]) == StepLayout.end else { throw truncated }
    let (place, length) = (number(end, 0), number(end, 8))
    guard place >= magic.count, length > 0, length < size,
      place == size - StepLayout.endLength - length
    else {
      throw .damaged(path: path, problem: "its directory is not where its end says")
    }
    let bytes = try descriptor.bytes(place..<place + length)
    let checksum = checksum(of: bytes)
    guard UInt64(truncatingIfNeeded: number(end, 16)) == checksum & UInt64(Int.max),
      let directory = try? JSONDecoder().decode(
        StepLayout.Directory.self, from: Data(bytes)),
      directory.sections.allSatisfy({
        $0.place >= magic.count && $0.length >= 0 && $0.length <= place - $0.place
      })
    else { throw .damaged(path: path, problem: "its directory has changed") }
    guard directory.kind == kind else {
      throw .otherKind(path: path, found: directory.kind.rawValue, expected: kind.rawValue)
    }
    guard directory.version == scharmonizeVersion else {
      throw .otherVersion(path: path, writtenBy: directory.version)
    }
    self.directory = directory
    identity = String(checksum, radix: 16)
  }

  /// Checks that the file was made with a plan and, if given, a model.
  ///
  /// - Throws: ``StepError/otherOrigin(path:kind:origin:)``.
  func check(plan: StepFile, model: StepFile? = nil) throws(StepError) {
    guard origins.plan == plan.identity else {
      throw .otherOrigin(path: path, kind: "plan", origin: plan.path)
    }
    if let model, origins.model != model.identity {
      throw .otherOrigin(path: path, kind: "trained model", origin: model.path)
    }
  }

  /// Reads the header.
  ///
  /// - Throws: ``StepError/damaged(path:problem:)``.
  func header<Header: Decodable>(as type: Header.Type = Header.self) throws -> Header {
    let bytes: [UInt8] = try values(StepFileWriter.header)
    do {
      return try stepDecoder().decode(Header.self, from: Data(bytes))
    } catch {
      throw StepError.damaged(path: path, problem: "its header has no \(type)")
    }
  }

  /// Reads a section.
  ///
  /// - Parameters:
  ///   - name: The name of the section.
  ///   - count: The number of its values. The default is `nil`, for any number.
  /// - Returns: The values.
  /// - Throws: ``StepError``.
  func values<Value: BitwiseCopyable>(
    _ name: String, count: Int? = nil
  ) throws(StepError) -> [Value] {
    let section = try section(name)
    let stride = MemoryLayout<Value>.stride
    let found = section.length / stride
    guard section.length.isMultiple(of: stride), found == count ?? found else {
      throw .damaged(path: path, problem: "'\(name)' has another length")
    }
    let values: [Value] = try descriptor.values(from: section.place, count: found)
    var sum = StepChecksum()
    unsafe values.withUnsafeBytes { unsafe sum.update($0) }
    guard sum.value == section.checksum else { throw changed(name) }
    return values
  }

  /// Reads the bytes of a section in pieces of given lengths, whose sum is the section's.
  ///
  /// - Throws: ``StepError``; errors of `body`.
  func forEachPiece(
    of name: String, lengths: some Sequence<Int>, _ body: ([UInt8]) throws -> Void
  ) throws {
    let section = try section(name)
    var sum = StepChecksum()
    var place = 0
    for length in lengths {
      guard length >= 0, place + length <= section.length else { throw changed(name) }
      let bytes: [UInt8] = try descriptor.values(from: section.place + place, count: length)
      unsafe bytes.withUnsafeBytes { unsafe sum.update($0) }
      place += length
      try body(bytes)
    }
    guard place == section.length, sum.value == section.checksum else { throw changed(name) }
  }

  private func changed(_ name: String) -> StepError {
    .damaged(path: path, problem: "'\(name)' has changed")
  }

  private func section(_ name: String) throws(StepError) -> StepLayout.Section {
    guard let section = directory.sections.first(where: { $0.name == name }) else {
      throw .damaged(path: path, problem: "it has no '\(name)'")
    }
    return section
  }
}

/// Returns the checksum of some bytes.
func checksum(of bytes: [UInt8]) -> UInt64 {
  var sum = StepChecksum()
  unsafe bytes.withUnsafeBytes { unsafe sum.update($0) }
  return sum.value
}

/// A decoder of headers, whose numbers may be infinite or none.
func stepDecoder() -> JSONDecoder {
  let decoder = JSONDecoder()
  decoder.nonConformingFloatDecodingStrategy = .convertFromString(
    positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
  return decoder
}
