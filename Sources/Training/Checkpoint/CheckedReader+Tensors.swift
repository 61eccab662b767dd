package import HDF5
package import NeuralNet

extension CheckedReader {
  /// All tensors of a group, which holds no others.
  ///
  /// The shapes first: damaged options must not have memory taken for them.
  package func tensors(
    _ shapes: [(name: String, shape: [Int])], in group: String, of file: borrowing File
  ) throws -> [NamedTensor] {
    let names = Set(shapes.map(\.name))
    if let stranger = try file.children(of: group).first(where: { !names.contains($0) }) {
      throw damage("\(group)/\(stranger)", "the options of the network do not require it")
    }
    return try shapes.map { name, shape in
      NamedTensor(
        name: name, shape: shape,
        values: try numbers("\(group)/\(name)", of: file, shape: shape))
    }
  }
}
