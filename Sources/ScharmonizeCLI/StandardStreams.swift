internal import Foundation
internal import Harmonize

/// Occupies closed standard descriptors, so that no file is opened under their numbers.
///
/// A process started with a closed descriptor would give its number to the first file opened, and
/// write its log or result into that file. The replacement fails like a closed descriptor. Call it
/// before any file is opened.
func occupyClosedStandardDescriptors() {
  for number in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO] where fcntl(number, F_GETFD) < 0 {
    _ = unsafe open("/dev/null", number == STDIN_FILENO ? O_WRONLY : O_RDONLY)
  }
}

/// Writes a text result to standard output.
///
/// - Throws: `OutputError` if the reader is gone or the disk is full.
func printResult(_ text: String) throws {
  try AtomicOutput.write(Data("\(text)\n".utf8), to: "-")
}
