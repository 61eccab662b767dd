import CellFiles
import NeuralNet
import Testing
@testable import CountData
@testable import Integration

/// The defaults for proteins.
@Suite struct ProteinTests {
  private func cells(_ kind: FeatureKind) -> CellDataset {
    var cells = smallCells()
    cells.featureKind = kind
    return cells
  }

  @Test func `proteins have no dropout unless one is given`() throws {
    var options = IntegrationOptions()
    try options.adapt(to: cells(.proteins))
    #expect(options.featureKind == .proteins && options.model.dropout == 0)
    #expect(options.componentScaling == 0.5)
    #expect(options.model.loss == .negativeBinomial && options.geneCount == 2_000)
    #expect(options == IntegrationOptions(for: .proteins))
    options = IntegrationOptions()
    (options.model.dropout, options.componentScaling) = (0.2, 1)
    try options.adapt(to: cells(.proteins))
    #expect(options.featureKind == .proteins && options.model.dropout == 0.2)
    #expect(options.componentScaling == 1)
    options = IntegrationOptions()
    try options.adapt(to: cells(.proteins), keeping: .init(dropout: true, scaling: true))
    #expect(options.model.dropout == 0.1 && options.componentScaling == 0)
    options = IntegrationOptions()
    options.featureKind = .genes
    try options.adapt(to: cells(.proteins))
    #expect(options.model.dropout == 0.1)
    options = IntegrationOptions()
    try options.adapt(to: cells(.genes))
    #expect(options == IntegrationOptions())
  }

  @Test func `values of proteins that are not counts have none either`() throws {
    var options = IntegrationOptions()
    options.model.loss = .meanSquaredError
    try options.adapt(to: cells(.proteins))
    #expect(options.featureKind == .proteins && options.model.dropout == 0)
  }
}
