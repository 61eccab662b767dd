import Evaluation
import Foundation
import Numerics
import TestSupport

/// What `make_evaluation_fixture.py` stored of one data set.
struct ReferenceScores: Decodable, Sendable {
  struct Embedding: Decodable, Sendable {
    let scores: EmbeddingScores
    let details: Details
    let neighbours: Neighbours
  }

  struct Details: Decodable, Sendable {
    let kmeans_nmi: [Double]
    let kmeans_ari: [Double]
    let silhouettes: [Double]
    let kbet: [String: Double?]
  }

  struct Neighbours: Decodable, Sendable {
    let index_sum: Int
    let distance_sum: Double
    let first_row: [Int32]
    let last_distances: [Double]
  }

  let cells: Int
  let dimensions: Int
  let batches: [String]
  let labels: [String]
  let embeddings: [String: Embedding]

  private static let elsewhere = ProcessInfo.processInfo
    .environment["SCHARMONIZE_EVALUATION_FIXTURES"]

  /// Whether the environment names another folder than the committed one.
  static let isElsewhere = elsewhere != nil

  /// The folder of the sets.
  static let folder =
    elsewhere.map { URL(filePath: $0) } ?? TestFiles.fixtures.appending(path: "evaluation")

  static func load(_ name: String) throws -> ReferenceScores {
    let data = try Data(contentsOf: folder.appending(path: "\(name).json"))
    return try JSONDecoder().decode(ReferenceScores.self, from: data)
  }

  func matrix(_ name: String, _ key: String) throws -> Matrix {
    let data = try Data(contentsOf: Self.folder.appending(path: "\(name).\(key).f32"))
    let bytes = [UInt8](data)
    let values = stride(from: 0, to: bytes.count, by: 4).map { start in
      Float(bitPattern: (0..<4).reduce(0) { $0 | UInt32(bytes[start + $1]) << (8 * UInt32($1)) })
    }
    return Matrix(rows: cells, columns: dimensions, values: values)
  }
}
