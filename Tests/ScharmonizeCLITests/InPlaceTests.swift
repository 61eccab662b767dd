import CellFiles
import Foundation
import HDF5
import Testing
import TestSupport

/// What `scharmonize FILE --in-place` leaves of its input.
@Suite struct InPlaceTests {
  let files: IntegrateFolder
  var folder: TemporaryFolder { files.folder }

  init() throws { files = try IntegrateFolder() }

  private func run(_ arguments: [String]) throws -> Program.Outcome {
    try files.run(arguments)
  }

  @Test func `in place, the input gets the embedding and keeps the rest`() throws {
    let outcome = try run(["x.h5ad", "--in-place"])
    #expect(outcome.status == 0, "\(outcome.error)")
    let file = try File(readingAt: folder.path("x.h5ad"))
    #expect(try file.info(of: "obsm/X_scharmonize").shape == [40, 4])
    #expect(try file.strings("uns/something") == ["kept"])
    // Again, over what the first run left.
    let first = try file.read("obsm/X_scharmonize", as: Float.self)
    #expect(try run(["x.h5ad", "--in-place", "--seed", "1"]).status == 0)
    let again = try File(readingAt: folder.path("x.h5ad"))
    #expect(try again.read("obsm/X_scharmonize", as: Float.self) != first)
    let left = try FileManager.default.contentsOfDirectory(atPath: folder.url.path)
    #expect(left.sorted() == ["first.h5", "second.h5", "x.h5ad"])
  }

  @Test func `in place, a link stays one, and the file keeps its mode`() throws {
    let manager = FileManager.default
    try manager.createDirectory(atPath: folder.path("sub"), withIntermediateDirectories: false)
    try manager.moveItem(atPath: folder.path("x.h5ad"), toPath: folder.path("sub/real.h5ad"))
    try manager.setAttributes(
      [.posixPermissions: 0o640], ofItemAtPath: folder.path("sub/real.h5ad"))
    try manager.createSymbolicLink(
      atPath: folder.path("x.h5ad"), withDestinationPath: "sub/real.h5ad")
    let outcome = try run(["x.h5ad", "--in-place"])
    #expect(outcome.status == 0, "\(outcome.error)")
    #expect(
      try manager.destinationOfSymbolicLink(atPath: folder.path("x.h5ad")) == "sub/real.h5ad")
    let attributes = try manager.attributesOfItem(atPath: folder.path("sub/real.h5ad"))
    #expect(attributes[.posixPermissions] as? Int == 0o640)
    let file = try File(readingAt: folder.path("sub/real.h5ad"))
    #expect(try file.info(of: "obsm/X_scharmonize").shape == [40, 4])
    #expect(try manager.contentsOfDirectory(atPath: folder.path("sub")) == ["real.h5ad"])
  }

  @Test(arguments: [["--in-place"], ["-o", "out.h5ad"]])
  func `an input that changes meanwhile is not taken for what was read`(output: [String]) throws {
    let run = try HeldProgram(
      ["x.h5ad"] + output + ["--visits", "6400", "--hidden-sizes", "16", "--n-latent", "4"],
      in: folder.url)
    try run.read(to: "training 10%")
    // As another program does it that writes anew: the one that is read stays as it was.
    let other = try Data(contentsOf: folder.url.appending(path: "x.h5ad")) + Data([0])
    try other.write(to: folder.url.appending(path: "y"))
    try #require(unsafe rename(folder.path("y"), folder.path("x.h5ad")) == 0)
    let outcome = try run.wait()
    #expect(outcome.status == 65)
    #expect(
      outcome.error.hasSuffix(
        "Error: 'x.h5ad' was changed during the run, so the result does not describe its present "
          + "contents; run again\n"))
    #expect(try Data(contentsOf: folder.url.appending(path: "x.h5ad")) == other)
    let left = try FileManager.default.contentsOfDirectory(atPath: folder.url.path)
    #expect(left.sorted() == ["first.h5", "second.h5", "x.h5ad"])
  }
}
