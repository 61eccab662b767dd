/// The reason why bytes could not be decoded, before it is known which chunk they are of.
enum CodecFailure: Error {
  /// The bytes are not valid; the text is half a sentence.
  case damaged(String)

  /// The library that decodes them is not installed.
  case missing(MissingLibrary)
}

/// The reason why a key of a store could not be read.
enum StoreFailure: Error {
  /// The key, or a folder of it, is a symbolic link.
  case link

  /// Anything else; the text is half a sentence.
  case unreadable(String)
}
