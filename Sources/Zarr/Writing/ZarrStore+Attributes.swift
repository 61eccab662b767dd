package import StoredArrays

extension ZarrStore {
  /// Sets an attribute of an object of a store in a folder, at once.
  ///
  /// - Parameters:
  ///   - attribute: The attribute's name.
  ///   - name: The object's path.
  ///   - value: The value.
  ///   - folder: The store's folder.
  ///   - staging: A folder on the same file system.
  /// - Throws: ``ZarrError/cannotWrite(path:reason:)``.
  package func setAttribute(
    _ attribute: String, of name: String, to value: AttributeValue, in folder: String,
    staging: String
  ) throws(ZarrError) {
    let file = "\(folder)/\(name)/\(version == 3 ? "zarr.json" : ".zattrs")"
    let old = try StoreFiles.metadata(at: file) ?? [:]
    try StoreFiles.replace(
      file, by: old.settingAttribute(attribute, to: value, version: version),
      staged: "\(staging)/metadata")
  }
}

extension JSONValue {
  /// Returns the metadata of an object with another value of an attribute.
  func settingAttribute(
    _ attribute: String, to value: AttributeValue, version: Int
  ) -> JSONValue {
    let value = JSONValue(value)
    guard version == 3 else { return setting(attribute, to: value) }
    return setting("attributes", to: (self["attributes"] ?? [:]).setting(attribute, to: value))
  }
}
