extension RowBlock where Value == Float {
  /// A number for each row that follows from its genes and values; `(rows)`.
  ///
  /// A change of any of them changes the number, but for one in 2⁶⁴ by chance. It is no protection
  /// against forgery.
  package var checksums: [UInt64] {
    let (starts, genes, values) = (starts.span, genes.span, values.span)
    return (0..<rowCount).map { row in
      var sum: UInt64 = 0
      for k in starts[row]..<starts[row + 1] {
        let entry = UInt64(UInt32(bitPattern: genes[k])) << 32 | UInt64(values[k].bitPattern)
        let mixed = entry &* 0x9E37_79B9_7F4A_7C15
        sum &+= (mixed ^ mixed >> 32) &* 0xD6E8_FEB8_6659_FD93
      }
      return sum
    }
  }
}
