import Foundation
import TestSupport
import Testing
@testable import Support

@Suite struct SuggestionTests {
  @Test(arguments: [
    ("donr", "donor"), ("Donor", "donor"), ("donro", "donor"), ("celltype", "cell_type"),
    ("Cell Type", "cell_type"), ("X_scharmonise", "X_scharmonize"), ("evalute", "evaluate"),
  ])
  func `a misspelt name finds its name`(name: String, meant: String) {
    let names = ["sample", "donor", "cell_type", "X_pca", "X_scharmonize", "evaluate"]
    #expect(likelyMeant(name, among: names) == meant)
  }

  @Test(arguments: ["", "d", "lab", "leiden", "X_umap_of_all"])
  func `nothing is suggested for a name unlike all`(name: String) {
    #expect(likelyMeant(name, among: ["donor", "X_pca", "cell_type"]) == nil)
    #expect(suggestion(for: name, among: ["donor", "X_pca", "cell_type"]).isEmpty)
  }

  @Test func `the closest name is suggested, the first of equals`() {
    #expect(likelyMeant("donor1", among: ["donor3", "donor2", "donor"]) == "donor3")
    #expect(likelyMeant("donors", among: ["donor2", "donor_s"]) == "donor_s")
  }

  @Test func `a missing file's neighbour is suggested with its folder`() throws {
    let folder = try TemporaryFolder()
    try Data().write(to: folder.url.appending(path: "cells.h5ad"))
    #expect(
      suggestion(forFileAt: folder.path("cell.h5ad"))
        == " (did you mean '\(folder.path("cells.h5ad"))'?)")
    #expect(suggestion(forFileAt: folder.path("other.loom")).isEmpty)
    #expect(suggestion(forFileAt: folder.path("none/cells.h5ad")).isEmpty)
    #expect(suggestion(forFileAt: "").isEmpty)
  }
}
