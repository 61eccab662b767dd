import CellFiles
import Foundation
import Testing
import TestSupport

/// What a user is told who maps cells of another tissue than the reference's.
@Suite struct WrongReferenceTests {
  @Test func `labels that the counts do not bear out are warned of, and known types are not`()
    throws
  {
    let folder = try TemporaryFolder()
    try PlantedBatches([[0, 1, 2], [0, 1, 2]]).write(to: folder.path("reference.h5ad"))
    try PlantedBatches([[5, 6]]).write(to: folder.path("alien.h5ad"))
    try PlantedBatches([[0, 1, 2]], cellsOfType: 20).write(to: folder.path("known.h5ad"))
    func run(_ arguments: String...) throws -> Program.Outcome {
      try Program.run(arguments, in: folder.url)
    }
    let trained = try run(
      "reference.h5ad", "--batch-key", "lab", "--label-key", "type", "-o", "r.npy", "--model",
      "m.h5",
      "--visits", "6000", "--hidden-sizes", "32", "--n-latent", "6", "--n-components", "6")
    #expect(trained.status == 0, "\(trained.error)")

    let alien = try run("map", "m.h5", "alien.h5ad", "-o", "a.h5ad", "--quiet")
    #expect(alien.status == 0)
    let lines = alien.error.split(separator: "\n").map(String.init)
    #expect(
      lines.first?.hasSuffix(
        " of 80 cells have a support below 0.2 for the label of their neighbours (about 1 is "
          + "expected): the reference may be of another tissue or species, and the labels may "
          + "be wrong even with high confidence") == true,
      "\(alien.error)")
    #expect(lines.contains { $0.contains(" cells whose neighbours are labelled 't") })
    #expect(
      lines.last
        == "Warning: check 'scharmonize_support' in 'obs', because a treatment or contamination also "
        + "lowers it; '--min-support 0' keeps the labels")
    let kept = try run("map", "m.h5", "alien.h5ad", "-o", "k.h5ad", "--quiet", "--min-support", "0")
    #expect(
      kept.error.split(separator: "\n").last.map(String.init)
        == "Warning: check 'scharmonize_support' in 'obs', because a treatment or contamination also "
        + "lowers it; '--min-support 0.2', the default, sets such labels to 'unknown'")
    func unknown(_ name: String) throws -> Int {
      try CellFile(readingAt: folder.path(name)).column("scharmonize_label").labels()
        .count { $0 == "unknown" }
    }
    #expect(try unknown("a.h5ad") > 60)
    #expect(try unknown("k.h5ad") < 20)

    let known = try run("map", "m.h5", "known.h5ad", "-o", "k.h5ad", "--quiet")
    #expect(known.status == 0 && !known.error.contains("support"), "\(known.error)")
  }
}
