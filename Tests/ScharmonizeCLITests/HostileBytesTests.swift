import Foundation
import Numerics
import Synchronization
import Testing
import TestSupport

/// Whatever bytes a file has: it is read, or refused with a sentence, within seconds and memory.
///
/// Files of every format are damaged at random places and given to the program: thirty, more in the
/// nightly run. There are `SCHARMONIZE_FUZZ_INPUTS` of them, or as many as `SCHARMONIZE_FUZZ_SECONDS` allow;
/// `SCHARMONIZE_FUZZ_SEED` chooses others, `SCHARMONIZE_FUZZ_FIRST` begins with a later one, and
/// those that show a fault are kept in the folder `SCHARMONIZE_FUZZ_KEEP`.
@Suite struct HostileBytesTests {
  private static let environment = ProcessInfo.processInfo.environment
  private static func number(_ name: String) -> Int? {
    environment["SCHARMONIZE_FUZZ_\(name)"].flatMap { Int($0) }
  }

  /// How many inputs are made at a time.
  private static let lanes = 2

  private static let seed = UInt64(number("SEED") ?? 1)
  private static let first = number("FIRST") ?? 0
  private static let inputs = number("INPUTS") ?? (isNightly ? 300 : 30)
  private static let seconds = number("SECONDS")

  private static let options = [
    "--visits", "256", "--hidden-sizes", "8", "--n-latent", "2", "--n-components", "2",
    "--threads", "2", "--quiet",
  ]

  /// A file that is whole.
  private static let whole = TestFiles.fixtures.appending(path: "formats/integers.h5ad")

  /// Whole files, of which one is to be damaged.
  private struct Original: Sendable {
    let name: String
    var files: [(name: String, bytes: [UInt8])]

    /// Whether the files are those of a folder, which is the input.
    var isFolder = false
    var isSheet: Bool { name.hasSuffix(".csv") }
    /// Whether the files are those of a zarr store.
    var isStore = false
    var isText: Bool { isFolder && !isStore || isSheet }

    /// The ways to damage one of the files: of a store, its metadata are text, and its chunks are not.
    func kinds(ofFile number: Int) -> [ByteMutation] {
      let name = files[number].name.split(separator: "/").last ?? ""
      let isMetadata = name.hasSuffix(".json") || name.hasPrefix(".z")
      return isText || isStore && isMetadata ? ByteMutation.ofText : ByteMutation.ofHDF5
    }

    init(_ url: URL) throws {
      name = url.lastPathComponent
      files = [(name, Array(try Data(contentsOf: url)))]
    }

    /// A sample sheet, and the file that it names.
    init(sheet: String, of url: URL) throws {
      name = "sheet.csv"
      files = [(name, Array(sheet.utf8)), try Original(url).files[0]]
    }

    /// A zarr store, in a folder.
    init(store: URL) throws {
      name = store.lastPathComponent
      (isFolder, isStore) = (true, true)
      let paths = try FileManager.default.subpathsOfDirectory(atPath: store.path).sorted()
      files = try paths.compactMap { path in
        let file = store.appending(path: path)
        let isFolder = try file.resourceValues(forKeys: [.isDirectoryKey]).isDirectory == true
        return isFolder ? nil : (path, Array(try Data(contentsOf: file)))
      }
    }

    init(folder: URL) throws {
      name = folder.lastPathComponent
      isFolder = true
      files = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted().map {
        name in
        let file = folder.appending(path: name)
        // Text that is damaged within gzip's stream hardly ever gets through it.
        let bytes =
          name.hasSuffix(".gz")
          ? Array(try gunzippedText(file).utf8) : Array(try Data(contentsOf: file))
        return (name, bytes)
      }
    }
  }

  /// What the inputs are made of, none of more than a few hundred kilobytes.
  private static let originals: Result<[Original], any Error> = Result {
    let formats = TestFiles.fixtures.appending(path: "formats")
    var urls = [TestFiles.fixtures.appending(path: "chunks.h5")]
    urls += try FileManager.default.contentsOfDirectory(
      at: formats, includingPropertiesForKeys: nil)
    if let shared = TestFiles.shared("formats") {
      urls += try FileManager.default.contentsOfDirectory(
        at: shared, includingPropertiesForKeys: nil)
    }
    var originals: [Original] = []
    for url in urls.sorted(by: { $0.lastPathComponent < $1.lastPathComponent }) {
      let values = try url.resourceValues(forKeys: [.isDirectoryKey, .fileSizeKey])
      if values.isDirectory == true {
        if url.pathExtension == "zarr" {
          // Three for one, since most of its files say little.
          originals += try [Original](repeating: Original(store: url), count: 3)
        }
        guard url.lastPathComponent.hasPrefix("mtx") else { continue }
        originals.append(try Original(folder: url))
      } else if values.fileSize ?? 0 < 350_000, url.pathExtension != "tsv" {
        originals.append(try Original(url))
      }
    }
    // With what this program writes, among it compressed chunks.
    let folder = try TemporaryFolder()
    for name in ["made.h5ad", "made.h5"] {
      let path = folder.path(name)
      _ = try Program.run(["simulate", "-o", path, "--cells", "60", "--genes", "50"])
      originals.append(try Original(URL(filePath: path)))
    }
    let written = folder.path("written.h5ad")
    _ = try Program.run(
      [folder.path("made.h5ad"), folder.path("made.h5"), "-o", written] + options)
    originals.append(try Original(URL(filePath: written)))
    let sheet = "path,batch\nmade.h5ad,a\nmade.h5ad,b\n"
    return originals + [try Original(sheet: sheet, of: URL(filePath: folder.path("made.h5ad")))]
  }

  /// How the inputs ended, by original and damage, to be told at the end.
  private static let tally = Mutex<[String: Int]>([:])

  @Test(arguments: 0..<lanes) func `damaged files`(lane: Int) throws {
    let originals = try Self.originals.get()
    let deadline = Self.seconds.map { Date.now.addingTimeInterval(Double($0)) }
    var number = Self.first + lane
    while deadline.map({ Date.now < $0 }) ?? (number < Self.first + Self.inputs) {
      try run(number, originals)
      number += Self.lanes
    }
    let lines = Self.tally.withLock { $0.sorted { $0.key < $1.key }.map { "\($0): \($1)" } }
    print("hostile bytes so far: " + lines.joined(separator: ", "))
  }

  /// Makes an input, which depends on its number and the seed alone, and runs the program on it.
  private func run(_ number: Int, _ originals: [Original]) throws {
    var random = SplitMix64(seed: Self.seed << 32 &+ UInt64(number))
    guard let original = originals.randomElement(using: &random),
      let other = originals.randomElement(using: &random)
    else { return }
    var files = original.files
    let victim = original.isSheet ? 0 : Int.random(in: 0..<files.count, using: &random)
    let kind = original.kinds(ofFile: victim).randomElement(using: &random) ?? .bits
    for _ in 0..<(Int.random(in: 0..<4, using: &random) == 0 ? 2 : 1) {
      kind.apply(
        to: &files[victim].bytes, with: other.files.first?.bytes ?? [], using: &random)
    }
    let folder = try TemporaryFolder()
    let input = folder.url.appending(path: original.isFolder ? "x" : files[0].name)
    if original.isFolder {
      try FileManager.default.createDirectory(at: input, withIntermediateDirectories: false)
    }
    for file in files {
      let place = original.isFolder ? input : folder.url
      let path = place.appending(path: file.name)
      if original.isStore {
        try FileManager.default.createDirectory(
          at: path.deletingLastPathComponent(), withIntermediateDirectories: true)
      }
      try Data(file.bytes).write(to: path)
    }
    let way = Int.random(in: 0..<4, using: &random)
    let integrates = original.isText || way == 0
    // The only way that copies objects one by one; a copy of the whole file copies its bytes.
    let copies = !integrates && way == 1 && original.name.hasSuffix(".h5ad")
    let name = input.lastPathComponent
    let run =
      if original.isSheet {
        try HostileRun(
          ["--samples", name, "-o", "out.h5ad"] + Self.options, in: folder.url, output: "out.h5ad")
      } else if integrates {
        // With another beside it, each is a batch, and no column has to name them.
        try HostileRun(
          [name, Self.whole.path, "-o", "out.h5ad"] + Self.options, in: folder.url,
          output: "out.h5ad")
      } else if copies {
        try HostileRun(
          [name, "-o", "out.h5ad", "--embedding-only"] + Self.options, in: folder.url,
          output: "out.h5ad")
      } else {
        try HostileRun(["inspect", name], in: folder.url)
      }
    Self.tally.withLock { tally in
      tally["inputs", default: 0] += 1
      tally["by \(kind.rawValue)", default: 0] += 1
      tally["status \(run.status)", default: 0] += 1
      if run.isFaultOfLibrary { tally["faults of libhdf5", default: 0] += 1 }
      if run.fault != nil { tally["faults", default: 0] += 1 }
    }
    guard let fault = run.fault else { return }
    if let keep = Self.environment["SCHARMONIZE_FUZZ_KEEP"] {
      try? FileManager.default.copyItem(
        atPath: input.path, toPath: "\(keep)/\(Self.seed)-\(number)-\(name)")
    }
    Issue.record(
      """
      input \(number) of seed \(Self.seed), \(original.name) damaged by \(kind.rawValue), \
      \(integrates ? "integrated" : copies ? "copied" : "inspected"): \(fault): \(run.error.suffix(3000))
      """)
  }
}
