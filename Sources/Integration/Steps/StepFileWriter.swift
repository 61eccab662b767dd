internal import CellFiles
internal import Foundation
internal import HDF5
internal import Support

/// A writer of a step's file, which appears under its name when it is complete.
struct StepFileWriter: ~Copyable {
  /// The name of the section with the header.
  static let header = "header"

  private let output: AtomicOutput
  private let descriptor: Descriptor
  private var directory: StepLayout.Directory
  private var waiting: [UInt8] = []
  private var place = 0
  private var sum = StepChecksum()
  private var start = 0

  /// The bytes that wait to be written at once.
  private static let blockBytes = 1 << 20

  /// Starts a file.
  ///
  /// - Parameters:
  ///   - path: The file to create or replace.
  ///   - kind: Its kind.
  ///   - origins: What it is made from. The default is nothing.
  /// - Throws: `OutputError`.
  init(to path: String, _ kind: StepKind, from origins: StepOrigins = StepOrigins()) throws {
    let output = try AtomicOutput(to: path)
    guard let descriptor = unsafe Descriptor(open(output.temporaryPath, O_WRONLY | O_CLOEXEC))
    else {
      throw OutputError.cannotCreate(path: path, reason: .other(systemReason()))
    }
    self.output = output
    self.descriptor = descriptor
    directory = StepLayout.Directory(
      kind: kind, version: scharmonizeVersion, origins: origins, sections: [])
    put(StepLayout.magic)
  }

  /// Writes the header.
  mutating func write(header: some Encodable) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    try write(Self.header, [UInt8](encoder.encode(header)))
  }

  /// Writes a section.
  mutating func write<Value: BitwiseCopyable>(_ name: String, _ values: [Value]) throws {
    begin()
    try append(values)
    end(name)
  }

  /// Begins a section that grows.
  mutating func begin() {
    start = place
    sum = StepChecksum()
  }

  /// Adds values to the section.
  mutating func append<Value: BitwiseCopyable>(_ values: [Value]) throws {
    unsafe values.withUnsafeBytes { bytes in
      unsafe sum.update(bytes)
      unsafe waiting.append(contentsOf: bytes)
      place += bytes.count
    }
    if waiting.count >= Self.blockBytes { try flush() }
  }

  /// Ends the section.
  mutating func end(_ name: String) {
    directory.sections.append(
      StepLayout.Section(name: name, place: start, length: place - start, checksum: sum.value))
  }

  /// Completes the file.
  ///
  /// - Throws: `OutputError`; the file of that name, if any, is then as it was.
  consuming func finish() throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let bytes = try [UInt8](encoder.encode(directory))
    let directoryPlace = place
    put(bytes)
    for number in [
      UInt64(directoryPlace), UInt64(bytes.count), checksum(of: bytes) & UInt64(Int.max),
    ] {
      put((0..<8).map { UInt8(truncatingIfNeeded: number >> UInt64(8 * $0)) })
    }
    put(StepLayout.end)
    try flush()
    try output.commit()
  }

  private mutating func put(_ bytes: [UInt8]) {
    waiting += bytes
    place += bytes.count
  }

  private mutating func flush() throws {
    if let reason = writeAll(waiting.span, to: descriptor.number) {
      throw OutputError.cannotWrite(path: output.path, reason: reason)
    }
    waiting.removeAll(keepingCapacity: true)
  }
}
