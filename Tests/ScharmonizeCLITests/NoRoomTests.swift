import Foundation
import HDF5
import Testing
import TestSupport

/// What a user is left with where an output finds no room, or no folder to be in.
@Suite struct NoRoomTests {
  let folder: TemporaryFolder

  private static let fast = [
    "--visits", "640", "--hidden-sizes", "16", "--n-latent", "4", "--quiet",
  ]

  /// A training that no machine comes to the end of while a test runs.
  private static let endless = [
    "--visits", "6000000000", "--hidden-sizes", "16", "--n-latent", "4",
  ]

  init() throws {
    folder = try TemporaryFolder()
    try makeInput(at: folder.path("x.h5ad"), ballast: 50_000)
  }

  private func files() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.url.path).sorted()
  }

  /// Whether this system lets a process have file systems of its own.
  private static let canMount: Bool = {
    let probe = "unshare -rm sh -c 'mount -t tmpfs none /tmp' 2>/dev/null"
    return (try? Program.shell(probe).status) == 0
  }()

  @Test(arguments: [
    (["-o", "out.h5ad"], "out.h5ad"), (["-o", "out.npy", "--model", "m.h5"], "m.h5"),
    (["-o", "out.csv", "--corrected", "c.h5ad"], "c.h5ad"), (["-o", "out.h5"], "out.h5"),
    (["-o", "out.csv"], "out.csv"), (["-o", "out.npy"], "out.npy"), (["--in-place"], "x.h5ad"),
    (["-o", "out.h5ad", "--embedding-only"], "out.h5ad"),
  ])
  func `a file that may not grow`(output: [String], name: String) throws {
    let input = try Data(contentsOf: folder.url.appending(path: "x.h5ad"))
    // Blocks of 512 bytes; of two outputs the first is small enough.
    let blocks = output.count > 2 ? 16 : 2
    let outcome = try Program.shell(
      "ulimit -f \(blocks); exec \"$0\" \"$@\"", ["x.h5ad"] + output + Self.fast, in: folder.url)
    #expect(outcome.status == 74, "\(outcome.error)")
    #expect(outcome.error.hasPrefix("Error: cannot write '\(name)': "), "\(outcome.error)")
    #expect(outcome.error.hasSuffix("file too large\n"), "\(outcome.error)")
    let before = output.count > 2 ? [output[1], "x.h5ad"].sorted() : ["x.h5ad"]
    #expect(try files() == (output.contains("--embedding-only") ? ["x.h5ad"] : before))
    #expect(try Data(contentsOf: folder.url.appending(path: "x.h5ad")) == input)
  }

  @Test(
    .enabled(if: canMount, "no file systems of its own for a process here"),
    arguments: [
      (["-o", "small/out.h5ad"], "small/out.h5ad"),
      (["-o", "small/out.npy", "--model", "small/m.h5"], "small/m.h5"),
    ])
  func `a disk that is full`(output: [String], name: String) throws {
    try FileManager.default.createDirectory(
      atPath: folder.path("small"), withIntermediateDirectories: false)
    let outcome = try Program.shell(
      "unshare -rm sh -c 'mount -t tmpfs -o size=16k none small; \"$0\" \"$@\"; "
        + "status=$?; ls -A small; exit $status' \"$0\" \"$@\"",
      ["x.h5ad"] + output + Self.fast, in: folder.url)
    #expect(outcome.status == 74, "\(outcome.error)")
    #expect(outcome.error.hasPrefix("Error: cannot write '\(name)': "), "\(outcome.error)")
    #expect(outcome.error.hasSuffix("no space left on device\n"), "\(outcome.error)")
    #expect(outcome.output == (output.count > 2 ? "out.npy\n" : ""))
  }

  @Test(.enabled(if: canMount, "no file systems of its own for a process here"))
  func `a disk that is read-only`() throws {
    try FileManager.default.createDirectory(
      atPath: folder.path("sub"), withIntermediateDirectories: false)
    let outcome = try Program.shell(
      "unshare -rm sh -c 'mount -t tmpfs -o ro none sub; exec \"$0\" \"$@\"' \"$0\" \"$@\"",
      ["x.h5ad", "-o", "sub/out.h5ad"] + Self.fast, in: folder.url)
    #expect(outcome.status == 73)
    #expect(outcome.error == "Error: cannot create 'sub/out.h5ad': read-only file system\n")
  }

  /// A shell's words that run the program as somebody who owns nothing, where tests run as root.
  private static let asNobody =
    getuid() == 0 ? "setpriv --reuid=65534 --regid=65534 --clear-groups \"$0\"" : "\"$0\""

  private static let canBeNobody: Bool = {
    (try? Program.shell("exec \(asNobody) --version").status) == 0
  }()

  @Test(.enabled(if: canBeNobody, "the program cannot be run without the rights of root here"))
  func `a folder that is write-protected, and a file`() throws {
    let input = folder.path("x.h5ad")
    try FileManager.default.setAttributes([.posixPermissions: 0o666], ofItemAtPath: input)
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o555], ofItemAtPath: folder.url.path)
    defer {
      try? FileManager.default.setAttributes(
        [.posixPermissions: 0o755], ofItemAtPath: folder.url.path)
    }
    let before = try Data(contentsOf: URL(filePath: input))
    let run = "exec \(Self.asNobody) \"$@\""
    for (output, name) in [(["-o", "out.h5ad"], "out.h5ad"), (["--in-place"], "x.h5ad")] {
      let outcome = try Program.shell(run, ["x.h5ad"] + output + Self.fast, in: folder.url)
      #expect(outcome.status == 73)
      #expect(
        outcome.error
          == "Error: cannot create '\(name)': no permission to write in the folder '.'\n")
    }
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o777], ofItemAtPath: folder.url.path)
    try FileManager.default.setAttributes([.posixPermissions: 0o444], ofItemAtPath: input)
    let outcome = try Program.shell(run, ["x.h5ad", "--in-place"] + Self.fast, in: folder.url)
    #expect(outcome.status == 73)
    #expect(
      outcome.error
        == "Error: cannot create 'x.h5ad': the existing file is write-protected\n")
    #expect(try Data(contentsOf: URL(filePath: input)) == before)
    #expect(try files() == ["x.h5ad"])
  }

  @Test func `a folder that is taken away while the model is trained`() throws {
    try FileManager.default.createDirectory(
      atPath: folder.path("sub"), withIntermediateDirectories: false)
    let run = try HeldProgram(
      ["x.h5ad", "-o", "sub/out.h5ad", "--checkpoint", "c"] + Self.fast.dropLast(),
      in: folder.url)
    try run.read(to: "training 10%")
    try FileManager.default.removeItem(atPath: folder.path("sub"))
    let outcome = try run.wait()
    #expect(outcome.status == 73)
    #expect(
      outcome.error.hasSuffix(
        "Error: cannot create 'sub/out.h5ad': there is no folder 'sub'\n"))
    #expect(try files() == ["x.h5ad"])
  }

  @Test func `what fails behind a training that was saved need not train again`() throws {
    let arguments = ["x.h5ad", "-o", "out.h5ad", "--checkpoint-minutes", "0.000001"] + Self.fast
    // The checkpoint is smaller than the output.
    let size = try Data(contentsOf: folder.url.appending(path: "x.h5ad")).count
    let outcome = try Program.shell(
      "ulimit -f \(size / 512); exec \"$0\" \"$@\"", arguments, in: folder.url)
    #expect(outcome.status == 74)
    #expect(
      outcome.error.hasSuffix(
        "file too large\nThe training is saved in 'out.h5ad.checkpoint'; '--resume' continues "
          + "from it.\n"), "\(outcome.error)")
    #expect(try files() == ["out.h5ad.checkpoint", "x.h5ad"])
    let again = try Program.run(
      arguments.dropLast() + ["--resume"], in: folder.url)
    #expect(again.status == 0)
    #expect(
      again.error.contains("' after step 10 of 10\n") && !again.error.contains("training 1"))
    #expect(try files() == ["out.h5ad", "x.h5ad"])
  }

  @Test func `a run that is stopped and cannot be saved says so`() throws {
    try FileManager.default.createDirectory(
      atPath: folder.path("sub"), withIntermediateDirectories: false)
    let run = try Program.start(
      ["x.h5ad", "-o", "out.h5ad", "--checkpoint", "sub/c"] + Self.endless, in: folder.url)
    run.wait(for: "training 0%")
    try FileManager.default.removeItem(atPath: folder.path("sub"))
    run.send(SIGINT)
    let outcome = try run.wait()
    #expect(outcome.status == 73)
    #expect(
      outcome.error.hasSuffix("Error: cannot create 'sub/c': there is no folder 'sub'\n"))
    #expect(try files() == ["x.h5ad"])
  }

  /// A folder of another file system than the tests' own.
  private static let elsewhere: String? = {
    var (here, there) = (stat(), stat())
    guard unsafe stat(FileManager.default.temporaryDirectory.path, &here) == 0,
      unsafe stat("/dev/shm", &there) == 0, here.st_dev != there.st_dev
    else { return nil }
    return "/dev/shm"
  }()

  @Test(.enabled(if: elsewhere != nil, "there is no other file system"))
  func `an output on another file system`() throws {
    let other = try #require(Self.elsewhere) + "/scharmonize-test-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: other, withIntermediateDirectories: false)
    defer { try? FileManager.default.removeItem(atPath: other) }
    for output in ["out.h5ad", other + "/out.h5ad"] {
      let outcome = try Program.run(["x.h5ad", "-o", output] + Self.fast, in: folder.url)
      #expect(outcome.status == 0, "\(outcome.error)")
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: other) == ["out.h5ad"])
    #expect(
      try Data(contentsOf: URL(filePath: other + "/out.h5ad"))
        == Data(contentsOf: folder.url.appending(path: "out.h5ad")))
  }

  @Test(.enabled(if: FileManager.default.fileExists(atPath: "/dev/full"), "there is no /dev/full"))
  func `standard output that takes nothing`() throws {
    let outcome = try Program.shell(
      "exec \"$0\" \"$@\" > /dev/full", ["x.h5ad", "-o", "out.csv", "--json", "-"] + Self.fast,
      in: folder.url)
    #expect(outcome.status == 74)
    #expect(
      outcome.error == "Error: cannot write 'standard output': no space left on device\n")
  }

  /// Whether a process may reach what another has mapped, as root may on Linux.
  private static let canReachMaps: Bool = {
    let probe = ": < /proc/$$/map_files/$(head -n 1 /proc/$$/maps | cut -d' ' -f1)"
    return (try? Program.shell(probe).status) == 0
  }()

  @Test(.enabled(if: canReachMaps, "a process may not reach what another has mapped"))
  func `a scratch file that cannot be read back`() throws {
    let simulated = try Program.run(
      ["simulate", "-o", folder.path("large.h5ad"), "--cells", "6000", "--genes", "300"])
    #expect(simulated.status == 0)
    let run = try Program.start(
      ["large.h5ad", "-o", "out.npy", "--memory", "3500K", "--n-clusters", "2", "--scratch", "."]
        + Self.endless,
      in: folder.url)
    run.wait(for: "training 0%")
    // What a disk that fails takes from a mapped file, a shorter file takes too.
    let truncation = try Program.shell(
      "for map in $(grep scharmonize-scratch /proc/$1/maps | cut -d' ' -f1); do "
        + ": > /proc/$1/map_files/$map; done", ["\(run.identifier)"])
    #expect(truncation.status == 0, "\(truncation.error)")
    let outcome = try run.waitUnlessItHangs()
    #expect(outcome.status == 74, "\(outcome.error)")
    #expect(
      outcome.error.hasSuffix(
        "Error: the scratch file cannot be read back: input/output error\n"), "\(outcome.error)")
    #expect(try files() == ["large.h5ad", "x.h5ad"])
  }
}
