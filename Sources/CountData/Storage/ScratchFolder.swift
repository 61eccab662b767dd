internal import CellFiles
internal import Foundation

/// Where a run may put what does not fit its memory.
public enum ScratchFolder {
  /// The folder for scratch files where none is given.
  ///
  /// It is that of `TMPDIR`, which clusters set to a disk of the machine itself, if there is such
  /// a folder, it can be written to and it is not held in memory; else that of the output, which
  /// is sure to take large files; else `/var/tmp`, which unlike `/tmp` is never held in memory.
  ///
  /// - Parameter output: The file that the run writes, if there is one; `-` is none.
  /// - Returns: The folder's path.
  public static func standard(besideOutput output: String? = nil) -> String {
    if let folder = unsafe getenv("TMPDIR").map({ unsafe String(cString: $0) }), !folder.isEmpty,
      (try? check(folder)) != nil, !isInMemory(folder)
    {
      return folder
    }
    guard let output, output != "-" else { return "/var/tmp" }
    guard let slash = output.lastIndex(of: "/") else { return "." }
    return slash == output.startIndex ? "/" : String(output[..<slash])
  }

  /// Finds out, before any work is done, whether a folder takes scratch files.
  ///
  /// - Parameter folder: The folder's path.
  /// - Throws: `OutputError`, where the folder is missing or can't be written to.
  public static func check(_ folder: String) throws {
    try AtomicOutput.check("\(folder)/scharmonize-scratch")
  }

  /// Whether the system keeps the folder's files in memory, where they save none.
  package static func isInMemory(_ folder: String) -> Bool {
    #if os(Linux)
    var status = stat()
    guard unsafe stat(folder, &status) == 0,
      let mounts = try? String(contentsOfFile: "/proc/self/mountinfo", encoding: .utf8)
    else { return false }
    // A device's numbers, as the kernel packs them: 12 bits and 8, the rest of both above.
    let device = UInt64(status.st_dev)
    let major = device >> 8 & 0xFFF | device >> 32 & ~0xFFF
    let minor = device & 0xFF | device >> 12 & ~0xFF
    // Such a line is "24 30 0:22 / /dev/shm rw,nosuid - tmpfs tmpfs rw,size=1024k".
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
