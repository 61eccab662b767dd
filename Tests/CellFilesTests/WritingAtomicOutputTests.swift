import CellFiles
import Foundation
import Testing
import TestSupport

@Suite struct `Writing: a file that comes into being whole` {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  func files() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.url.path).sorted()
  }

  func write(_ text: String, to path: String) throws {
    try text.write(toFile: path, atomically: false, encoding: .utf8)
  }

  func mode(_ path: String) throws -> Int {
    try #require(
      FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int)
  }

  @Test func `a commit gives the file its name and leaves nothing else`() throws {
    let path = folder.path("table.csv")
    let output = try AtomicOutput(to: path)
    try write("new", to: output.temporaryPath)
    #expect(!FileManager.default.fileExists(atPath: path))
    #expect(
      URL(filePath: output.temporaryPath).deletingLastPathComponent().path == folder.url.path)
    try output.commit()
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "new")
    #expect(try files() == ["table.csv"])
  }

  @Test func `without a commit the old file stays, and nothing new`() throws {
    let path = folder.path("table.csv")
    try write("old", to: path)
    do {
      let output = try AtomicOutput(to: path)
      try write("half", to: output.temporaryPath)
      #expect(try files().count == 2)
    }
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "old")
    #expect(try files() == ["table.csv"])
  }

  @Test func `a replaced file hands on its permissions`() throws {
    let path = folder.path("private.csv")
    try write("old", to: path)
    try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: path)
    let output = try AtomicOutput(to: path)
    try output.commit()
    #expect(try mode(path) == 0o640)
  }

  @Test(.enabled(if: getuid() == 0, "files can be given away by root alone"))
  func `a replaced file stays with its owner`() throws {
    let path = folder.path("table.csv")
    try write("old", to: path)
    try #require(unsafe chown(path, 1234, 5678) == 0)
    let output = try AtomicOutput(to: path)
    try write("new", to: output.temporaryPath)
    try output.commit()
    let attributes = try FileManager.default.attributesOfItem(atPath: path)
    #expect(attributes[.ownerAccountID] as? Int == 1234)
    #expect(attributes[.groupOwnerAccountID] as? Int == 5678)
  }

  @Test func `a symbolic link stays one, and what it leads to is replaced`() throws {
    try FileManager.default.createDirectory(
      atPath: folder.path("data"), withIntermediateDirectories: false)
    try write("old", to: folder.path("data/real.csv"))
    try FileManager.default.createSymbolicLink(
      atPath: folder.path("link.csv"), withDestinationPath: "data/real.csv")
    let output = try AtomicOutput(to: folder.path("link.csv"))
    try write("new", to: output.temporaryPath)
    try output.commit()
    #expect(try String(contentsOfFile: folder.path("data/real.csv"), encoding: .utf8) == "new")
    #expect(
      try FileManager.default.destinationOfSymbolicLink(atPath: folder.path("link.csv"))
        == "data/real.csv")
    #expect(try files() == ["data", "link.csv"])
  }

  @Test func `a link to a file that is not there yet makes that file`() throws {
    try FileManager.default.createSymbolicLink(
      atPath: folder.path("link.csv"), withDestinationPath: folder.path("real.csv"))
    let output = try AtomicOutput(to: folder.path("link.csv"))
    try output.commit()
    #expect(try files() == ["link.csv", "real.csv"])
  }

  @Test func `a name of 255 bytes still has a temporary one`() throws {
    let name = String(repeating: "é", count: 125) + ".h5ad"
    let output = try AtomicOutput(to: folder.path(name))
    try output.commit()
    #expect(try files() == [name])
  }

  @Test func `what is in the way is found by the check and by the attempt`() throws {
    try write("", to: folder.path("file"))
    try FileManager.default.createDirectory(
      atPath: folder.path("folder"), withIntermediateDirectories: false)
    try FileManager.default.createSymbolicLink(
      atPath: folder.path("loop"), withDestinationPath: "loop")
    let (missing, file) = (folder.path("absent"), folder.path("file"))
    let cases: [(String, CreationFailure)] = [
      (missing + "/x.csv", .folderMissing(missing)),
      (file + "/x.csv", .notAFolder(file)),
      (folder.path("folder"), .isFolder),
      (folder.path("folder/"), .isFolder),
      (folder.path("absent/.."), .folderMissing(missing)),
      ("/dev/null", .notRegular),
      ("", .other("the name is empty")),
      (folder.path("loop"), .other("too many levels of symbolic links")),
    ]
    for (path, reason) in cases {
      let expected = OutputError.cannotCreate(path: path, reason: reason)
      #expect(throws: expected) { try AtomicOutput.check(path) }
      #expect(throws: expected) { _ = try AtomicOutput(to: path) }
    }
    #expect(try files() == ["file", "folder", "loop"])
    #expect(
      OutputError.cannotCreate(path: "out/x.csv", reason: .folderMissing("out")).description
        == "cannot create 'out/x.csv': there is no folder 'out'")
  }

  @Test func `a name without a folder lies in the working folder`() throws {
    #expect(throws: Never.self) { try AtomicOutput.check("x.csv") }
  }

  /// The superuser may write everywhere, so the test gives up that right: in a process of its own.
  @Test func `write protection is found by the check`() async {
    await #expect(processExitsWith: .success) {
      let folder = try TemporaryFolder()
      let path = folder.path("x.csv")
      try "old".write(toFile: path, atomically: false, encoding: .utf8)
      try FileManager.default.setAttributes(
        [.posixPermissions: 0o444], ofItemAtPath: path)
      if geteuid() == 0 { try #require(setuid(65_534) == 0) }
      if getuid() == 65_534 {
        // The folder belongs to the superuser now.
        #expect(
          throws: OutputError.cannotCreate(
            path: folder.path("y.csv"), reason: .folderNotWritable(folder.url.path))
        ) { try AtomicOutput.check(folder.path("y.csv")) }
      }
      #expect(throws: OutputError.cannotCreate(path: path, reason: .fileNotWritable)) {
        try AtomicOutput.check(path)
      }
    }
  }

  @Test func `what killed processes left is removed, what others write is not`() async throws {
    await #expect(processExitsWith: .success) {
      let folder = try TemporaryFolder()
      // This process shows how names are made on this machine.
      let sample = try AtomicOutput(to: folder.path("t.csv"))
      let name = URL(filePath: sample.temporaryPath).lastPathComponent
      let parts = name.split(separator: "-")
      func make(_ name: String) throws -> String {
        try Data("x".utf8).write(to: folder.url.appending(path: name))
        return name
      }
      // No process has this number: it is above what the system gives.
      let dead = try make("\(parts[0])-\(parts[1])-\(Int32.max)-1f.tmp")
      let restarted = try make("\(parts[0])-\(parts[1])-\(getpid())-1f.tmp")
      let living = try make("\(parts[0])-\(parts[1])-1-1f.tmp")
      let elsewhere = try make("\(parts[0])-abc-\(Int32.max)-1f.tmp")
      let old = try make("\(parts[0])-abc-\(Int32.max)-2f.tmp")
      let others = try make(".u.csv.scharmonize-\(parts[1])-\(Int32.max)-1f.tmp")
      let strange = try make("\(parts[0])-notes.tmp")
      try FileManager.default.setAttributes(
        [.modificationDate: Date(timeIntervalSinceNow: -100_000)],
        ofItemAtPath: folder.path(old))
      let again = try AtomicOutput(to: folder.path("t.csv"))
      let left = Set(try FileManager.default.contentsOfDirectory(atPath: folder.url.path))
      #expect(!left.contains(dead) && !left.contains(restarted) && !left.contains(old))
      #expect(left.isSuperset(of: [name, living, elsewhere, others, strange]))
      #expect(FileManager.default.fileExists(atPath: again.temporaryPath))
      try again.commit()
      try sample.commit()
    }
  }

  @Test func `a process that ends at once takes its temporary files along`() async throws {
    let folder = try TemporaryFolder()
    await #expect(processExitsWith: .exitCode(130)) { [folder = folder.url.path as String] in
      try Data("old".utf8).write(to: URL(filePath: folder + "/t.csv"))
      let first = try AtomicOutput(to: folder + "/t.csv")
      let second = try AtomicOutput(to: folder + "/u.csv")
      try first.commit()
      #expect(FileManager.default.fileExists(atPath: second.temporaryPath))
      exitRemovingTemporaryFiles(130)
    }
    #expect(try files(in: folder) == ["t.csv"])
  }

  private func files(in folder: TemporaryFolder) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.url.path).sorted()
  }

  @Test func `two outputs of one file are told, by way of links too`() throws {
    let folder = try TemporaryFolder()
    let manager = FileManager.default
    try manager.createDirectory(atPath: folder.path("sub"), withIntermediateDirectories: false)
    try manager.createSymbolicLink(
      atPath: folder.path("way"), withDestinationPath: folder.path("sub"))
    try manager.createSymbolicLink(
      atPath: folder.path("link"), withDestinationPath: folder.path("sub/a"))
    for other in ["sub/a", "way/a", "sub/../sub/a", "link"] {
      #expect(try AtomicOutput.makeOneFile(folder.path("sub/a"), folder.path(other)), "\(other)")
    }
    for other in ["a", "sub/b", "way/A"] {
      #expect(try !AtomicOutput.makeOneFile(folder.path("sub/a"), folder.path(other)), "\(other)")
    }
  }
}
