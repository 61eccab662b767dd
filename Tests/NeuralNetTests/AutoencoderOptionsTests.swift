import Foundation
internal import Support
import NeuralNet
import Testing

@Suite struct AutoencoderOptionsTests {
  @Test(arguments: [0, 2.5, Float.infinity])
  func `options written and read are the same`(shrinkage: Float) throws {
    var options = AutoencoderOptions()
    options.hidden = [64, 64]
    options.residual = true
    options.batchShrinkage = shrinkage
    options.loss = .poisson
    let data = try JSONEncoder().encode(options)
    #expect(try JSONDecoder().decode(AutoencoderOptions.self, from: data) == options)
  }

  @Test func `absent options have their defaults`() throws {
    let options = try JSONDecoder().decode(
      AutoencoderOptions.self, from: Data(#"{"latent": 7}"#.utf8))
    var expected = AutoencoderOptions()
    expected.latent = 7
    #expect(options == expected)
  }

  @Test func `an option out of range is an error that says what it may be`() throws {
    try AutoencoderOptions().validate()
    var options = AutoencoderOptions()
    options.dropout = 1
    let error = #expect(throws: OptionError.self) { try options.validate() }
    #expect(error?.description == "`dropout` cannot be 1.0; give from 0 to 0.9")
    options = AutoencoderOptions()
    options.hidden = []
    #expect(throws: OptionError.self) { try options.validate() }
    options = AutoencoderOptions()
    options.batchShrinkage = .nan
    #expect(throws: OptionError.self) { try options.validate() }
  }
}
