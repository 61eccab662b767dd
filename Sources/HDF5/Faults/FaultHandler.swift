#if canImport(Darwin)
internal import Darwin
#else
internal import Glibc
#endif

/// The files that are open, so that a fault of the library can be told of them.
let openFiles = NameList()

/// What the handler has to know, set once before any signal comes.
@safe
private struct FaultPlan {
  var damaged: Int32
  var unreadable: Int32
  var temporaryFiles: NameList
  var before: [(signal: Int32, action: sigaction)]

  /// Whether any of those before does more than end the process.
  var hasOthers: Bool
}

nonisolated(unsafe) private var plan: FaultPlan?

/// Makes faults within the C library end the process with a sentence.
///
/// What a file says of its own structure the library believes in many places (seen with 1.10.8:
/// lengths within the heap that strings lie in), so that a damaged file can make it read and
/// write where nothing is. A process of one command can at least say so, and take its temporary files
/// along. It is of no use to a program that goes on afterwards, so only the command line asks for it.
///
/// Where a call does not come to its end, that is told in the same way.
///
/// A fault anywhere else ends the process as it would have, but for one: mapped memory that cannot be
/// read from its disk, which is an error of reading.
///
/// - Parameters:
///   - damaged: The exit code where a file makes the library fail.
///   - unreadable: The exit code where a mapped scratch file cannot be read.
///   - temporaryFiles: What is removed.
package func endOnFaultsOfLibrary(
  damaged: Int32, unreadable: Int32, removing temporaryFiles: NameList
) {
  // All that is made on its first use is made now: memory may be in no state to be taken later.
  var line = SignalLine()
  line.add("")
  _ = (LibraryCall.current.isMine, mappedRanges.contains(0), openFiles.write(to: &line))
  temporaryFiles.unlinkAll()
  var before: [(signal: Int32, action: sigaction)] = []
  // Where the library calls itself until the stack is full, there has to be another one.
  var stack = unsafe stack_t()
  unsafe stack.ss_sp = UnsafeMutableRawPointer.allocate(byteCount: 1 << 16, alignment: 16)
  unsafe stack.ss_size = 1 << 16
  unsafe sigaltstack(&stack, nil)
  var hasOthers = false
  for signal in [SIGSEGV, SIGBUS, SIGABRT, SIGFPE] {
    var (new, old) = (sigaction(), sigaction())
    #if canImport(Darwin)
    unsafe new.__sigaction_u.__sa_sigaction = receiveFault
    #else
    unsafe new.__sigaction_handler.sa_sigaction = receiveFault
    #endif
    // Without it, a fault that is not the library's would come again and again.
    new.sa_flags =
      SA_ONSTACK | Int32(truncatingIfNeeded: SA_RESETHAND) | Int32(truncatingIfNeeded: SA_SIGINFO)
    unsafe sigaction(signal, &new, &old)
    #if canImport(Darwin)
    let handler = unsafe old.__sigaction_u.__sa_handler
    #else
    let handler = unsafe old.__sigaction_handler.sa_handler
    #endif
    if handler != nil { hasOthers = true }
    before.append((signal, old))
  }
  unsafe plan = FaultPlan(
    damaged: damaged, unreadable: unreadable, temporaryFiles: temporaryFiles, before: before,
    hasOthers: hasOthers)
  watchLibraryCalls()
}

private func receiveFault(
  _ signal: Int32, _ info: UnsafeMutablePointer<siginfo_t>?, _ context: UnsafeMutableRawPointer?
) {
  // Memory, and the locks of the language, may be in any state: if that stops us here, this ends it.
  alarm(5)
  guard let plan = unsafe plan else { _exit(128 + signal) }
  if LibraryCall.current.isMine {
    var reason: StaticString = "it read or wrote where there is no memory"
    if signal == SIGABRT { reason = "it gave up" }
    if signal == SIGFPE { reason = "it divided by zero" }
    endForLibrary(reason, plan)
  }
  #if canImport(Darwin)
  let address = unsafe UInt(bitPattern: info?.pointee.si_addr)
  #else
  let address = unsafe UInt(bitPattern: info?.pointee._sifields._sigfault.si_addr)
  #endif
  if signal == SIGBUS, mappedRanges.contains(address) {
    var line = SignalLine()
    line.add("Error: the scratch file cannot be read back: input/output error\n")
    line.write()
    plan.temporaryFiles.unlinkAll()
    _exit(plan.unreadable)
  }
  // Not ours: what was to happen without us happens when the instruction is tried again.
  alarm(0)
  guard plan.hasOthers else { return }
  for entry in plan.before where entry.signal == signal {
    var action = entry.action
    unsafe sigaction(signal, &action, nil)
  }
}

private func endForLibrary(_ reason: StaticString, _ plan: FaultPlan) -> Never {
  var line = SignalLine()
  line.add("Error: the HDF5 library failed while reading ")
  if !openFiles.write(to: &line) { line.add("a file") }
  line.add(": ")
  line.add(reason)
  line.add("; most likely the file is damaged: copy or download it again\n")
  line.write()
  plan.temporaryFiles.unlinkAll()
  _exit(plan.damaged)
}

/// Ends the process where a call into the library does not come to its end; called by a watching thread.
func endForLibraryThatHangs() {
  guard let plan = unsafe plan else { return }
  endForLibrary("it does not come to an end", plan)
}
