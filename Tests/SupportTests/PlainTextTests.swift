import Foundation
import Support
import Synchronization
import Testing

@Suite struct PlainTextTests {
  @Test(arguments: [0, -0.0, 1.005, -123.456, 6.02e23, 1e-12, .infinity, .nan, 1.7e308])
  func `numbers are printed as Foundation prints them`(value: Double) {
    for format in ["%.2f", "%.0f", "%.3g", "%.6g"] {
      #expect(printed(format, value) == String(format: format, value))
    }
  }

  @Test(arguments: ["", " ", "a", " a b\t", "\n a\r\n", "\u{A0}é "])
  func `text is trimmed as Foundation trims it`(text: String) {
    #expect(text.trimmed == text.trimmingCharacters(in: .whitespacesAndNewlines))
  }

  @Test(arguments: ["a", "a/b", "/a/b.mtx", "../b/", "/a//b"])
  func `file names are those of Foundation`(path: String) {
    #expect(fileName(of: path) == (path as NSString).lastPathComponent)
  }

  @Test func `text that holds another is found`() {
    #expect("aggr_1.csv".holds("aggr_"))
    #expect(!"agg".holds("aggr_"))
    #expect(!"agg".holds(""))
  }

  @Test func `a condition wakes the threads that wait for it`() {
    let condition = Condition()
    let order = Mutex<[Int]>([])
    for number in 1...3 {
      startThread("waits") {
        condition.lock()
        while order.withLock({ $0.count }) != number { condition.wait() }
        order.withLock { $0.append(number) }
        condition.broadcast()
        condition.unlock()
      }
    }
    condition.lock()
    order.withLock { $0.append(0) }
    condition.broadcast()
    while order.withLock({ $0.count }) < 4 { condition.wait() }
    condition.unlock()
    #expect(order.withLock { $0 } == [0, 1, 2, 3])
  }

  @Test func `a thread has the name and the stack that it was given`() {
    let condition = Condition()
    let name = Mutex<String?>(nil)
    startThread("named-beyond-15-bytes", stackBytes: 8 << 20) {
      let told = try? String(contentsOfFile: "/proc/thread-self/comm", encoding: .utf8)
      condition.lock()
      name.withLock { $0 = told ?? "" }
      condition.broadcast()
      condition.unlock()
    }
    condition.lock()
    while name.withLock({ $0 }) == nil { condition.wait() }
    condition.unlock()
    #if os(Linux)
    #expect(name.withLock { $0 } == "named-beyond-15\n")
    #endif
  }
}
