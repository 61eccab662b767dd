/// Decodes BloscLZ, an algorithm within Blosc, into an output that it fills.
///
/// A byte below 32 begins a run of literals; others begin a copy of earlier bytes, with three bits of
/// its length and the upper five of its distance. Distances of 8,191 and more take two further bytes.
///
/// - Throws: ``CodecFailure/damaged(_:)``.
func decodeBloscLZ(
  _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
) throws(CodecFailure) {
  let notValid = CodecFailure.damaged("its compressed bytes are not valid")
  guard let from = input.baseAddress, let to = output.baseAddress else { throw notValid }
  var (read, written) = (0, 0)
  func next() throws(CodecFailure) -> Int {
    guard read < input.count else { throw notValid }
    defer { read += 1 }
    return unsafe Int(input[read])
  }
  // The upper bits of the first byte are a version.
  var control = try next() & 31
  while true {
    if control < 32 {
      let count = control + 1
      guard count <= input.count - read, count <= output.count - written else { throw notValid }
      unsafe (to + written).copyMemory(from: from + read, byteCount: count)
      read += count
      written += count
    } else {
      var count = (control >> 5) + 2
      if count == 9 {
        var more = 255
        while more == 255 {
          more = try next()
          count += more
        }
      }
      let low = try next()
      var distance = (control & 31) << 8 + low + 1
      if low == 255, control & 31 == 31 {
        let high = try next()
        distance = high << 8 + (try next()) + 8191 + 1
      }
      guard distance <= written, count <= output.count - written else { throw notValid }
      unsafe copyWithin(to + written, from: distance, count: count)
      written += count
    }
    guard read < input.count else { break }
    control = try next()
  }
  guard written == output.count else { throw .damaged("it is too short") }
}
