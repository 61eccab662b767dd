/// Writes a table as a NumPy array of little-endian floats in row-major order.
///
/// The file has version 1 of the format: a magic word, the length of the header, and the header.
/// The header is a Python dictionary padded to a multiple of 64 bytes
/// (<https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html>).
///
/// - Parameters:
///   - table: The table.
///   - path: The file to create or replace; `-` for standard output.
/// - Throws: ``OutputError``; a failure leaves no partial file.
func writeNumPy(_ table: DenseTable, to path: String) throws {
  let dictionary =
    "{'descr': '<f4', 'fortran_order': False, 'shape': (\(table.rows), \(table.columns)), }"
  let preamble = 10
  let padding = 63 - (preamble + dictionary.utf8.count) % 64
  let length = dictionary.utf8.count + padding + 1
  try writeText(to: path, gzip: false) { sink in
    for byte in [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(length & 255), UInt8(length >> 8)] {
      sink.append(byte)
    }
    try sink.append(dictionary + String(repeating: " ", count: padding) + "\n")
    try table.forEachBlock { _, values in
      for value in values {
        let bits = value.bitPattern
        for shift: UInt32 in [0, 8, 16, 24] {
          sink.append(UInt8(truncatingIfNeeded: bits >> shift))
        }
        try sink.append("")
      }
    }
  }
}
