internal import Foundation
internal import Harmonize

/// Keeps files from being opened as standard input, output or error.
///
/// A process that is started with one of these closed would give its number to the first file that
/// it opens, and write its log or its result into that. What is opened in its place fails as a
/// closed one does. To be called before any file is opened.
func occupyClosedStandardDescriptors() {
  for number in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO] where fcntl(number, F_GETFD) < 0 {
    _ = unsafe open("/dev/null", number == STDIN_FILENO ? O_WRONLY : O_RDONLY)
  }
}

/// Writes a result for people to standard output.
///
/// - Throws: `OutputError`, where nobody reads it, or the disk that it goes to is full.
func printResult(_ text: String) throws {
  try AtomicOutput.write(Data("\(text)\n".utf8), to: "-")
}
