import Foundation
import HDF5
import Testing
import TestSupport

/// Whatever ends a run, and whenever: nothing is lost, and nothing half-written is found.
///
/// Runs are killed as a stage begins, and, where the environment asks for it, at random moments of
/// all their stages. `SCHARMONIZE_KILLS` says how many are, and `SCHARMONIZE_KILL_SEED` chooses
/// other moments.
@Suite struct KillTests {
  private static let environment = ProcessInfo.processInfo.environment
  private static let kills = environment["SCHARMONIZE_KILLS"].flatMap { Int($0) } ?? 40

  /// What is written, beside the result's name.
  private enum Way: CaseIterable {
    case copy, table, corrected, model, inPlace

    var arguments: [String] {
      let output =
        switch self {
        case .copy: ["-o", "out.h5ad"]
        case .table: ["-o", "out.tsv.gz", "--model", "m.h5"]
        case .corrected: ["-o", "out.npy", "--corrected", "c.h5ad"]
        case .model: ["-o", "out.h5ad", "--model", "m.h5"]
        case .inPlace: ["--in-place", "--model", "m.h5"]
        }
      // A checkpoint every 30 milliseconds: many moments are those of its writing.
      return ["x.h5ad"] + output + [
        "--visits", "24000", "--hidden-sizes", "16", "--n-latent", "4", "--n-components", "4",
        "--checkpoint-minutes", "0.0005",
      ]
    }

    var outputs: [String] {
      switch self {
      case .copy: ["out.h5ad"]
      case .table: ["m.h5", "out.tsv.gz"]
      case .corrected: ["c.h5ad", "out.npy"]
      case .model: ["m.h5", "out.h5ad"]
      case .inPlace: ["m.h5"]
      }
    }

    /// Stages at whose beginning a run is killed, and the signals.
    var stages: [(name: String, signal: Int32)] {
      switch self {
      case .copy: [("training 30%", SIGKILL), ("writing", SIGKILL)]
      case .table: [("training 0%", SIGTERM), ("checking", SIGINT)]
      case .corrected: [("embedding", SIGTERM), ("correcting", SIGKILL)]
      case .model: [("training 90%", SIGKILL), ("writing", SIGINT)]
      case .inPlace: [("training 60%", SIGINT), ("writing", SIGKILL)]
      }
    }

    var checkpoint: String {
      self == .inPlace ? "x.h5ad.checkpoint" : "\(arguments[2]).checkpoint"
    }
  }

  /// A folder with an input, and what a whole run makes of it.
  private struct Scene {
    let folder: TemporaryFolder
    let way: Way
    let ballast: Int
    let input: Data
    var whole: [String: Data] = [:]

    init(_ way: Way, ballast: Int) throws {
      folder = try TemporaryFolder()
      self.way = way
      self.ballast = ballast
      try makeInput(at: folder.path("x.h5ad"), ballast: ballast)
      input = try Data(contentsOf: folder.url.appending(path: "x.h5ad"))
      let outcome = try Program.run(way.arguments, in: folder.url)
      #expect(outcome.status == 0, "\(outcome.error)")
      for name in way.outputs + ["x.h5ad"] { whole[name] = try data(name) }
      #expect((whole["x.h5ad"] == input) == (way != .inPlace))
    }

    func data(_ name: String) throws -> Data? {
      let url = folder.url.appending(path: name)
      return FileManager.default.fileExists(atPath: url.path) ? try Data(contentsOf: url) : nil
    }

    func files() throws -> Set<String> {
      Set(try FileManager.default.contentsOfDirectory(atPath: folder.url.path))
    }

    func reset() throws {
      for name in try files() { try FileManager.default.removeItem(atPath: folder.path(name)) }
      try input.write(to: folder.url.appending(path: "x.h5ad"))
    }
  }

  /// Moments: a stage begins, and so many microseconds at most pass.
  private static let moments: [(stage: String, delay: UInt32)] = [
    ("reading", 20_000), ("training 0%", 60_000), ("training 30%", 100_000),
    ("training 60%", 100_000), ("training 90%", 60_000), ("embedding", 30_000),
    ("checking", 60_000), ("writing", 20_000), ("writing", 100_000), ("correcting", 30_000),
  ]

  @Test(arguments: Way.allCases)
  private func `runs that are killed as a stage begins lose nothing`(way: Way) throws {
    let scene = try Scene(way, ballast: 50_000)
    for (stage, signal) in way.stages {
      try scene.reset()
      let run = try HeldProgram(way.arguments, in: scene.folder.url)
      try run.read(to: stage)
      run.send(signal)
      let outcome = try run.wait()
      let what = Comment(
        rawValue: "signal \(signal) to \(way) at '\(stage)', ended with \(outcome.status): "
          + outcome.error)
      // Behind the training a run may end before it stops for a signal that it can handle.
      if signal == SIGKILL || stage.hasPrefix("training") {
        #expect(outcome.status == 128 + signal, what)
      }
      try check(scene, after: signal, outcome, what)
      try checkResumed(scene, what)
    }
  }

  @Test(.nightly("hundreds of runs"))
  func `runs that are killed at any moment lose nothing`() throws {
    var random = Generator(
      state: Self.environment["SCHARMONIZE_KILL_SEED"].flatMap { UInt64($0) } ?? 1)
    var scenes: [Way: Scene] = [:]
    var landed: [String: Int] = [:]
    for number in 0..<Self.kills {
      let way = Way.allCases[number % Way.allCases.count]
      let scene = try scenes[way] ?? Scene(way, ballast: 2_000_000)
      scenes[way] = scene
      try scene.reset()
      let signal = [SIGKILL, SIGKILL, SIGINT, SIGTERM][Int.random(in: 0..<4, using: &random)]
      let moment = Self.moments[Int.random(in: 0..<Self.moments.count, using: &random)]
      let delay = UInt32.random(in: 0...moment.delay, using: &random)
      let hurried = Int.random(in: 0..<4, using: &random) == 0

      let run = try Program.start(way.arguments, in: scene.folder.url)
      run.wait(for: moment.stage)
      usleep(delay)
      run.send(signal)
      if hurried { run.send(SIGTERM) }
      let outcome = try run.wait()
      let what = Comment(
        rawValue:
          "kill \(number): signal \(signal) to \(way), \(delay) µs into '\(moment.stage)', "
          + "ended with \(outcome.status): \(outcome.error)")
      if outcome.status != 0 { landed["\(moment.stage)", default: 0] += 1 }
      try check(scene, after: signal, outcome, what)
      try checkResumed(scene, what)
    }
    let sum = landed.values.reduce(0, +)
    print(
      "killed \(sum) of \(Self.kills) runs before their end: "
        + landed.sorted { $0.key < $1.key }.map { "\($0.value) at '\($0.key)'" }
        .joined(separator: ", "))
  }

  /// What a stopped run may leave.
  private func check(
    _ scene: Scene, after signal: Int32, _ outcome: Program.Outcome, _ what: Comment
  ) throws {
    let statuses: [Int32: Set<Int32>] = [
      SIGKILL: [0, 137], SIGINT: [0, 130, 143], SIGTERM: [0, 143],
    ]
    #expect(statuses[signal]?.contains(outcome.status) == true, what)
    let found = try scene.data("x.h5ad")
    #expect(found == scene.input || found == scene.whole["x.h5ad"], what)
    for name in scene.way.outputs {
      let output = try scene.data(name)
      #expect(output == nil || output == scene.whole[name], "\(name), \(what)")
      if outcome.status == 0 { #expect(output != nil, "\(name), \(what)") }
    }
    var allowed = Set(scene.way.outputs + ["x.h5ad"])
    if outcome.status != 0 { allowed.insert(scene.way.checkpoint) }
    let others = try scene.files().subtracting(allowed)
    if signal == SIGKILL {
      #expect(others.allSatisfy { $0.hasPrefix(".") && $0.hasSuffix(".tmp") }, "\(others) \(what)")
    } else {
      #expect(others.isEmpty, "\(others), \(what)")
    }
  }

  /// The same command goes on to the same bytes, and leaves nothing else behind.
  private func checkResumed(_ scene: Scene, _ what: Comment) throws {
    let wasReplaced = try scene.way == .inPlace && scene.data("x.h5ad") != scene.input
    let again = try Program.run(scene.way.arguments + ["--resume"], in: scene.folder.url)
    #expect(again.status == 0, "\(again.error), \(what)")
    for name in scene.way.outputs {
      #expect(try scene.data(name) == scene.whole[name], "\(name), \(what)")
    }
    #expect(try scene.files() == Set(scene.way.outputs + ["x.h5ad"]), what)
    guard wasReplaced else {
      #expect(try scene.data("x.h5ad") == scene.whole["x.h5ad"], what)
      return
    }
    // What had its result already got it again, in other places of the file.
    let file = try File(readingAt: scene.folder.path("x.h5ad"))
    let model = try File(readingAt: scene.folder.path("m.h5"))
    #expect(
      try file.read("obsm/X_scharmonize", as: Float.self)
        == model.read("reference/embedding", as: Float.self), what)
    #expect(try file.info(of: "uns/ballast").shape == [scene.ballast], what)
  }
}

/// Moments that another seed chooses otherwise.
private struct Generator: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
