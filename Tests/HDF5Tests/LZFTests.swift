import Foundation
import HDF5
import TestSupport
import Testing

@Suite struct LZFTests {
  func decoded(_ input: [UInt8]) -> [UInt8]? {
    guard let size = lzfDecodedSize(input.span) else { return nil }
    var output = [UInt8](repeating: 0, count: size)
    var span = output.mutableSpan
    return decodeLZF(input.span, into: &span) ? output : nil
  }

  @Test func `bytes as they are, a short repetition, one into itself, and a long one`() {
    // "abcd", then 3 bytes from 4 back, then 4 bytes from 1 back.
    #expect(
      decoded([3, 97, 98, 99, 100, 1 << 5, 3, 2 << 5, 0])
        == Array("abcdabccccc".utf8))
    #expect(decoded([0, 120, 7 << 5, 255, 0]) == [UInt8](repeating: 120, count: 265))
    #expect(decoded([]) == [])
  }

  @Test func `a distance beyond 256 takes the lower bits of the first byte`() {
    var input: [UInt8] = []
    for block in 0..<10 { input += [31] + (0..<32).map { UInt8($0 + block) } }
    // Three bytes from 0x0137 + 1 = 312 back of 320.
    input += [1 << 5 | 1, 0x37]
    #expect(decoded(input)?.suffix(3) == [8, 9, 10])
  }

  @Test(
    arguments: [
      [3, 97], [1 << 5], [7 << 5, 1], [0, 97, 1 << 5, 1], [1 << 5, 0],
    ] as [[UInt8]])
  func `what is cut off or repeats what is not there is refused`(input: [UInt8]) {
    #expect(decoded(input) == nil)
  }

  @Test(.enabled(if: TestFiles.shared != nil, "the folder of real data is not here"))
  func `a file that h5py compressed is read`() throws {
    let path = try #require(TestFiles.shared("formats/anndata_v0.7.8.h5ad")).path
    let file = try File(readingAt: path)
    #expect(try file.info(of: "X/data").filters == [32_000])
    let indices = try file.read("X/indices", as: Int32.self)
    #expect(indices.count == 239 && indices.allSatisfy { (0..<20).contains($0) })
    #expect(try file.strings("obs/_index").count == 30)
    #expect(try file.strings("obs/_index").first == "cell0")
  }
}
