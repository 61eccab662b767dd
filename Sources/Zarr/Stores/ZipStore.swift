internal import StoredArrays
internal import Support

#if canImport(Darwin)
internal import Darwin
#else
internal import Glibc
#endif

/// The files of a store in a zip archive, stored or deflated.
final class ZipStore: ByteStore {
  private let file: Descriptor
  private let fileSize: Int
  private let directory: ZipDirectory

  /// The folder of the archive that is the store's root; empty or with a trailing slash.
  private let root: String

  /// The largest deflated file of which parts are read, as it has to be inflated for each part.
  private static let mostInflatedForParts = 1 << 24

  /// Opens an archive.
  ///
  /// - Parameters:
  ///   - path: The archive.
  ///   - inner: The key of a group in the store; empty for its root.
  /// - Throws: ``StoreFailure/unreadable(_:)`` if it is damaged.
  init(_ path: String, group inner: String) throws(StoreFailure) {
    guard let file = unsafe Descriptor(open(path, O_RDONLY | O_CLOEXEC)) else {
      throw .unreadable(systemReason())
    }
    var status = stat()
    guard unsafe fstat(file.number, &status) == 0 else { throw .unreadable(systemReason()) }
    fileSize = Int(status.st_size)
    directory = try ZipDirectory(of: file, size: fileSize)
    self.file = file
    let top = directory.root(holding: metadataFiles)
    root = inner.isEmpty ? top : "\(top)\(inner)/"
  }

  /// A flag that is true if the archive holds a group or an array.
  var holdsStore: Bool { metadataFiles.contains { directory.entries[root + $0] != nil } }

  func size(of key: String) throws(StoreFailure) -> Int? { directory.entries[root + key]?.size }

  func read(
    _ key: String, spare: SpareArrays<UInt8>?,
    _ part: (_ size: Int) throws(StoreFailure) -> Range<Int>
  ) throws(StoreFailure) -> [UInt8]? {
    guard let entry = directory.entries[root + key] else { return nil }
    let part = try part(entry.size)
    guard !entry.isEncrypted else { throw .unreadable("it is encrypted in the archive") }
    let start = try start(of: entry)
    guard entry.isDeflated else {
      guard entry.size == entry.storedSize else {
        throw .unreadable("its sizes in the archive differ: \(entry.storedSize) and \(entry.size)")
      }
      return try readBytes(
        of: file, at: start + part.lowerBound..<start + part.upperBound, spare: spare)
    }
    guard part == 0..<entry.size || entry.size <= Self.mostInflatedForParts else {
      throw .unreadable(
        "it has \(entry.size) bytes that are compressed in the archive; unpack the archive, or "
          + "pack it without compression: zip -0 -r")
    }
    // Deflated bytes take at least a 1032nd part.
    guard entry.size <= 1032 * entry.storedSize + 64 else {
      throw .unreadable("\(entry.storedSize) bytes in the archive cannot be \(entry.size)")
    }
    let stored = try readBytes(of: file, at: start..<start + entry.storedSize)
    var bytes = [UInt8](uninitialized: entry.size)
    guard entry.size > 0 else { return bytes }
    let reason = unsafe bytes.withUnsafeMutableBytes { output in
      unsafe stored.withUnsafeBytes { unsafe Inflater.fastest.inflate($0, into: output, .none) }
    }
    if let reason { throw .unreadable("\(reason) in the archive") }
    return part == bytes.indices ? bytes : Array(bytes[part])
  }

  func children(of folder: String) throws(StoreFailure) -> [String] {
    let start = folder.isEmpty ? root : "\(root)\(folder)/"
    var names: Set<Substring> = []
    for key in directory.entries.keys where key.hasPrefix(start) {
      names.insert(key.dropFirst(start.count).prefix { $0 != "/" })
    }
    return names.filter { !$0.isEmpty }.map(String.init).sorted()
  }

  func contents(of folder: String) throws(StoreFailure) -> (files: Int, bytes: Int) {
    let start = folder.isEmpty ? root : "\(root)\(folder)/"
    return directory.entries.reduce(into: (0, 0)) { total, entry in
      guard entry.key.hasPrefix(start) else { return }
      total = (total.0 + 1, total.1 + entry.value.storedSize)
    }
  }

  /// Returns where the bytes of an entry start, after checking that they are within the file.
  private func start(of entry: ZipDirectory.Entry) throws(StoreFailure) -> Int {
    let header = 30
    guard entry.offset <= fileSize - header else {
      throw .unreadable("the archive says that it is at \(entry.offset), after its end")
    }
    let bytes = try readBytes(of: file, at: entry.offset..<entry.offset + header)
    guard littleEndian(bytes[0..<4]) == 0x0403_4B50 else {
      throw .unreadable("the archive has no file at \(entry.offset)")
    }
    let start = entry.offset + header + littleEndian(bytes[26..<28]) + littleEndian(bytes[28..<30])
    guard entry.storedSize <= fileSize - start else {
      throw .unreadable("it has \(entry.storedSize) bytes from \(start), more than the archive")
    }
    return start
  }
}

/// The names of the files that mark a group or an array, in version 3 and 2 of the format.
let metadataFiles = ["zarr.json", ".zgroup", ".zarray"]
