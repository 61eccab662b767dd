internal import CellFiles
internal import Foundation

/// The folders for data that does not fit into the memory of a run.
package enum ScratchFolder {
  /// Returns the default folder for scratch files.
  ///
  /// It is that of `TMPDIR`, which clusters set to a local disk, if it exists, is writable, and is
  /// not kept in memory. Otherwise it is the folder of the output, which must have space for large
  /// files anyway. Without an output it is `/var/tmp`, which unlike `/tmp` is never kept in memory.
  ///
  /// - Parameter output: The output file of the run. The default is `nil`, for none; `-` also
  ///   counts as none.
  /// - Returns: The folder's path.
  package static func standard(besideOutput output: String? = nil) -> String {
    if let folder = unsafe getenv("TMPDIR").map({ unsafe String(cString: $0) }), !folder.isEmpty,
      (try? check(folder)) != nil, !isInMemory(folder)
    {
      return folder
    }
    guard let output, output != "-" else { return "/var/tmp" }
    guard let slash = output.lastIndex(of: "/") else { return "." }
    return slash == output.startIndex ? "/" : String(output[..<slash])
  }

  /// Checks, before any work is done, whether a folder accepts scratch files.
  ///
  /// - Parameter folder: The folder's path.
  /// - Throws: `OutputError` if the folder is missing or not writable.
  package static func check(_ folder: String) throws {
    try AtomicOutput.check("\(folder)/scharmonize-scratch")
  }

  /// Returns whether the system keeps the folder's files in memory, so that they save no memory.
  package static func isInMemory(_ folder: String) -> Bool {
    #if os(Linux)
    var status = stat()
    guard unsafe stat(folder, &status) == 0,
      let mounts = try? String(contentsOfFile: "/proc/self/mountinfo", encoding: .utf8)
    else { return false }
    // The kernel packs the device's numbers: the lower 12 and 8 bits, and the remaining bits above.
    let device = UInt64(status.st_dev)
    let major = device >> 8 & 0xFFF | device >> 32 & ~0xFFF
    let minor = device & 0xFF | device >> 12 & ~0xFF
    // A line has the form "24 30 0:22 / /dev/shm rw,nosuid - tmpfs tmpfs rw,size=1024k".
    return mounts.split(separator: "\n").contains { line in
      let fields = line.split(separator: " ")
      guard fields.count > 2, fields[2] == "\(major):\(minor)",
        let dash = fields.firstIndex(of: "-"), dash + 1 < fields.count
      else { return false }
      return ["tmpfs", "ramfs"].contains(fields[dash + 1])
    }
    #else
    return false
    #endif
  }
}
