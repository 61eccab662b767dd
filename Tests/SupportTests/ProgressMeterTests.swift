import Testing
@testable import Support

/// The overall progress never decreases, stays from 0 to 1, and is 1 at the end alone.
@Suite struct ProgressMeterTests {
  @Test func `stages count by their costs, in any order`() {
    let meter = ProgressMeter(Workload([.reading: 1, .training: 6, .embedding: 3]))
    #expect(meter.progress(.reading, 0).overall == 0)
    #expect(meter.progress(.reading, 0.5).overall == 0.05)
    #expect(meter.progress(.reading, 1).overall == 0.1)
    // As for each of several files: the stages alternate.
    #expect(abs(meter.progress(.embedding, 0.5).overall - 0.25) < 1e-12)
    #expect(abs(meter.progress(.training, 0.5).overall - 0.55) < 1e-12)
    #expect(abs(meter.progress(.embedding, 1).overall - 0.7) < 1e-12)
    let last = meter.progress(.training, 1)
    #expect(last.overall == 1 && last.secondsLeft == 0 && last.stage == .training)
  }

  @Test func `a share never decreases, and a stage that is not planned adds nothing`() {
    let meter = ProgressMeter(Workload([.reading: 1, .training: 1]))
    #expect(meter.progress(.reading, 0.8).overall == 0.4)
    #expect(meter.progress(.reading, 0.2).overall == 0.4)
    #expect(meter.progress(.umap, 1).overall == 0.4)
    #expect(meter.progress(.training, 7).overall == 0.9)
    #expect(meter.progress(.reading, -1).overall == 0.9)
    #expect(meter.progress(.reading, 0.999_999_999_999_999).overall < 1)
    #expect(meter.progress(.reading, 1).overall == 1)
    #expect(ProgressMeter(Workload()).progress(.reading, 0.5).overall == 0)
  }

  @Test func `a resumed stage counts from where it was`() {
    var work = Workload([.reading: 1, .training: 8])
    work.skip(.training, share: 0.75)
    #expect(work.total == 3)
    let meter = ProgressMeter(work)
    #expect(meter.progress(.reading, 1).overall == 1.0 / 3)
    #expect(meter.progress(.training, 0.75).overall == 1.0 / 3)
    #expect(abs(meter.progress(.training, 0.875).overall - 2.0 / 3) < 1e-12)
    #expect(meter.progress(.training, 1).overall == 1)
    work.skip(.training, share: 1)
    #expect(ProgressMeter(work).progress(.reading, 0.5).overall < 1)
    #expect(ProgressMeter(work).progress(.reading, 1).overall == 1)
  }

  @Test func `a run of several calls ends once`() throws {
    var told: [StageProgress] = []
    let run = RunProgress(total: 10) { told.append($0) }
    for (stage, cost) in [(Stage.reading, 4.0), (.umap, 0), (.writing, 6)] {
      run.begin(cost: cost)
      let meter = ProgressMeter(Workload([stage: 1]))
      for fraction in [0, 0.5, 1] { try run.report(meter.progress(stage, fraction)) }
    }
    #expect(told.map(\.overall).dropLast() == [0, 0.2, 0.4, 0.4, 0.4, 0.4, 0.4, 0.7])
    #expect(try #require(told.last).overall < 1)
    try run.finish()
    #expect(told.last == StageProgress(stage: .writing, fraction: 1, overall: 1, secondsLeft: 0))
  }

  @Test func `durations in words`() {
    let durations = [0.2, 12.4, 59.6, 185, 3600, 7830].map(duration)
    #expect(durations == ["1 s", "12 s", "1 min", "3 min 5 s", "1 h", "2 h 10 min"])
    let left = [3.2, 31, 61, 4000].map(timeLeft)
    #expect(left == ["4 s left", "40 s left", "2 min left", "1 h 10 min left"])
  }
}
