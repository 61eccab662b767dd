import Foundation
import Testing
import TestSupport
@testable import Support

@Suite struct ProcessorTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func write(_ text: String, _ path: String) throws {
    let file = folder.url.appending(path: path)
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: file)
  }

  private var quota: ProcessorQuota { ProcessorQuota(root: folder.url.path) }

  @Test func `the tightest limit of the groups above counts`() throws {
    try write("0::/slurm/job_7/step_0\n", "proc/self/cgroup")
    try write("max 100000\n", "sys/fs/cgroup/slurm/job_7/step_0/cpu.max")
    try write("250000 100000\n", "sys/fs/cgroup/slurm/job_7/cpu.max")
    try write("800000 100000\n", "sys/fs/cgroup/slurm/cpu.max")
    #expect(quota.processors == 2.5)
    #expect(quota.whole == 2)
  }

  @Test func `a container sees its own group at the root`() throws {
    try write("0::/\n", "proc/self/cgroup")
    try write("50000 100000\n", "sys/fs/cgroup/cpu.max")
    #expect(quota.processors == 0.5)
    #expect(quota.whole == 1)
  }

  @Test func `control groups of version 1`() throws {
    try write("4:cpu,cpuacct:/docker/1f\n3:memory:/docker/1f\n0::/\n", "proc/self/cgroup")
    // Within a container the path is that of the host, and the group lies at the root.
    try write("400000\n", "sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us")
    try write("100000\n", "sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us")
    #expect(quota.whole == 4)
    try write("-1\n", "sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us")
    #expect(quota.whole == nil)
  }

  @Test(arguments: ["", "max 100000", "many 100000", "1", "-1 100000", "100000 0", "nan 1"])
  func `what says no limit is none`(text: String) throws {
    try write("0::/a\nnonsense\n7:cpu\n", "proc/self/cgroup")
    try write(text, "sys/fs/cgroup/a/cpu.max")
    #expect(quota.processors == nil)
  }

  @Test func `no control groups at all are no limit`() {
    #expect(quota.processors == nil)
  }

  @Test func `a huge quota is a number of threads still`() throws {
    try write("0::/\n", "proc/self/cgroup")
    try write("1e300 1\n", "sys/fs/cgroup/cpu.max")
    #expect(quota.whole == 1_000_000)
  }

  @Test(arguments: [
    ("Name:\tx\nCpus_allowed:\t10f\nCpus_allowed_list:\t0-3,8\nThreads:\t1\n", 5),
    ("Cpus_allowed_list:\t7\n", 1), ("Cpus_allowed_list:\t0-255\n", 16),
    ("Cpus_allowed_list:\t\n", 16), ("Cpus_allowed_list:\t3-1\n", 16), ("Threads:\t1\n", 16),
    ("Cpus_allowed_list:\t0-x\n", 16),
  ])
  func `processors that the process is bound to`(status: String, count: Int) throws {
    try write(status, "proc/self/status")
    #expect(Processors.count(active: 16, root: folder.url.path) == count)
  }

  @Test func `the fewer of bound to and paid for`() throws {
    try write("Cpus_allowed_list:\t0-3\n", "proc/self/status")
    try write("0::/\n", "proc/self/cgroup")
    for (limit, count) in [("200000 100000", 2), ("800000 100000", 4), ("50000 100000", 1)] {
      try write(limit, "sys/fs/cgroup/cpu.max")
      #expect(Processors.count(active: 8, root: folder.url.path) == count)
    }
  }

  @Test func `this process may use a processor, and no more than there are`() {
    #expect((1...ProcessInfo.processInfo.processorCount).contains(Processors.available))
  }
}
