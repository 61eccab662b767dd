internal import CFaults

/// The open files, which the message about a fault of the library names.
let openFiles = NameList()

/// Makes a fault within the C library end the process with a message.
///
/// The library trusts a file's own structure in many places (seen with 1.10.8: lengths within the
/// heap of strings). A damaged file can therefore make it access invalid memory. A process that
/// runs one command can at least report this and remove its temporary files. Only the command line
/// calls this function, because a program that continues afterwards gains nothing.
///
/// A call that does not return is reported in the same way.
///
/// Faults elsewhere end the process as usual. The one exception is mapped memory that cannot be
/// read from its disk, which is reported as a read error.
///
/// - Parameters:
///   - damaged: The exit code if a file makes the library fail.
///   - unreadable: The exit code if a mapped scratch file cannot be read.
///   - asJSON: `true` to write the message as one line of JSON.
///   - temporaryFiles: The files to remove.
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
