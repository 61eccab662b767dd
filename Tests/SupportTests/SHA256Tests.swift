import Foundation
import Support
import Testing
import TestSupport

@Suite struct SHA256Tests {
  /// Messages and digests of <https://csrc.nist.gov/projects/cryptographic-standards-and-guidelines/example-values>.
  @Test(arguments: [
    ("", 1, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("abc", 1, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 1,
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    ),
    (
      "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmn"
        + "hijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu", 1,
      "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"
    ),
    ("a", 1_000_000, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"),
  ])
  func `the examples of NIST have their digests`(text: String, times: Int, digest: String) {
    #expect(hexDigest([String(repeating: text, count: times).utf8.map(\.self)]) == digest)
  }

  /// As `hashlib` gives them for `bytes(i * 7 % 256 for i in range(count))`.
  @Test(arguments: [
    (55, "576a1bf8d4478657e6dc4af9398544765c2a92cde28478b019235cfed315fc09"),
    (56, "9b20501dfd1d99161c257950f3444f3e49230c351c5c8e0943ef369f85f5205d"),
    (63, "30b345906b493f06f69444b6521113511c242f30e29840462950035043682f1e"),
    (64, "d8bc63b4fc1156e5e7d95a418b9bf54cd3174bedbc2db40f74895349b229b3c0"),
    (65, "1ee23b0fbcaecc1aff4a9e8f1645f35ab2c8e13609cd73b68df8b5e3f63ce073"),
    (119, "7a6589821178918ca8d9edaba5abfc1e9b2669564f4469b66885379c1530b2c8"),
    (120, "655250427d56b1b0eeb8497d21428704273458a01772d6881b65c0abac0f8a98"),
  ])
  func `messages that end near a block's end have their digests`(count: Int, digest: String) {
    #expect(hexDigest([message(count)]) == digest)
  }

  @Test(arguments: [0, 1, 55, 56, 63, 64, 65, 119, 120, 128, 300])
  func `a message in pieces has the digest of the whole`(count: Int) {
    let whole = message(count)
    for length in [1, 3, 55, 63, 64, 65, 129] {
      let pieces = stride(from: 0, to: count, by: length).map { start in
        Array(whole[start..<min(start + length, count)])
      }
      #expect(hexDigest(pieces + [[]]) == hexDigest([whole]), "pieces of \(length)")
    }
  }

  static let sha256sum = ["/usr/bin", "/bin", "/usr/local/bin", "/opt/homebrew/bin"]
    .map { "\($0)/sha256sum" }.first { FileManager.default.isExecutableFile(atPath: $0) }

  @Test(.enabled(if: sha256sum != nil))
  func `the system's sha256sum gives the same digests`() throws {
    let folder = try TemporaryFolder()
    for count in [0, 55, 56, 64, 120, 4096, 100_003] {
      try Data(message(count)).write(to: URL(filePath: folder.path("\(count)")))
      let outcome = try Program.start(
        [folder.path("\(count)")], program: URL(filePath: #require(Self.sha256sum))
      ).wait()
      #expect(outcome.output.prefix(64) == hexDigest([message(count)]), "\(count) bytes")
    }
  }
}

/// Bytes of all values.
private func message(_ count: Int) -> [UInt8] {
  (0..<count).map { UInt8(truncatingIfNeeded: $0 * 7) }
}

/// The digest of a message's pieces, in base 16.
private func hexDigest(_ pieces: [[UInt8]]) -> String {
  var digest = SHA256()
  for piece in pieces { digest.update(piece) }
  return digest.finalize().map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
}
