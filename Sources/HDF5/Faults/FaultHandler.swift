internal import CFaults

/// The files that are open, so that a fault of the library can be told of them.
let openFiles = NameList()

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
///   - asJSON: Whether the sentence is told as a JSON object, a line.
///   - temporaryFiles: What is removed.
package func endOnFaultsOfLibrary(
  damaged: Int32, unreadable: Int32, asJSON: Bool, removing temporaryFiles: NameList
) {
  var plan = unsafe cf_plan(
    damaged: damaged, unreadable: unreadable, is_json: asJSON ? 1 : 0, open_files: openFiles.names,
    temporary_files: temporaryFiles.names, calling_thread: LibraryCall.current.thread,
    mapped: mappedRanges.words)
  unsafe cf_install(&plan)
  watchLibraryCalls()
}
