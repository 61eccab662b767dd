internal import CHDF5

/// The storage of a group's links and attributes.
package struct GroupOptions: Equatable, Sendable {
  /// The tracking of the creation order of links or attributes.
  package enum CreationOrder: UInt32, Sendable {
    /// The creation order is not stored.
    case untracked = 0

    /// The creation order is stored without an index.
    case tracked = 1

    /// The creation order is stored and indexed.
    case indexed = 3
  }

  /// The creation order of the links.
  ///
  /// The default is ``CreationOrder/untracked``.
  package var links = CreationOrder.untracked

  /// The creation order of the attributes.
  ///
  /// The default is ``CreationOrder/untracked``. An attribute above 64 kB, such as a list of 5,000
  /// columns, needs tracking.
  package var attributes = CreationOrder.untracked

  /// A flag that is true if links and attributes use dense storage even when there are few.
  ///
  /// The default is `false`: only large numbers of them use dense storage.
  package var isDense = false

  /// Makes the options of an ordinary group.
  package init() {}

  /// Makes a property list for creating such a group.
  func creationList(orThrow failure: (String) -> HDF5Error) throws(HDF5Error) -> Handle {
    let list = try Handle(
      closedBy: H5Pclose, orThrow: failure, opening: { H5Pcreate(h5p_group_create()) })
    let (id, links, attributes) = (list.id, links.rawValue, attributes.rawValue)
    try check(orThrow: failure) { H5Pset_link_creation_order(id, links) }
    try check(orThrow: failure) { H5Pset_attr_creation_order(id, attributes) }
    if isDense {
      try check(orThrow: failure) { H5Pset_link_phase_change(id, 0, 0) }
      try check(orThrow: failure) { H5Pset_attr_phase_change(id, 0, 0) }
    }
    return list
  }
}

/// Makes a property list for a group like an open one.
///
/// If the creation order is tracked, the C library's own copy of the list contains that group's
/// link table (seen with 1.10.8). A group made with it writes to addresses of another file.
func groupCreationList(
  like group: hid_t, orThrow failure: (String) -> HDF5Error
) throws(HDF5Error) -> Handle {
  let old = try Handle(
    closedBy: H5Pclose, orThrow: failure, opening: { H5Gget_create_plist(group) })
  let new = try Handle(
    closedBy: H5Pclose, orThrow: failure, opening: { H5Pcreate(h5p_group_create()) })
  let (oldID, newID) = (old.id, new.id)
  var (order, compact, dense) = (UInt32(0), UInt32(0), UInt32(0))
  try check(orThrow: failure) { unsafe H5Pget_link_creation_order(oldID, &order) }
  try check(orThrow: failure) { H5Pset_link_creation_order(newID, order) }
  try check(orThrow: failure) { unsafe H5Pget_link_phase_change(oldID, &compact, &dense) }
  try check(orThrow: failure) { H5Pset_link_phase_change(newID, compact, dense) }
  try check(orThrow: failure) { unsafe H5Pget_attr_creation_order(oldID, &order) }
  try check(orThrow: failure) { H5Pset_attr_creation_order(newID, order) }
  try check(orThrow: failure) { unsafe H5Pget_attr_phase_change(oldID, &compact, &dense) }
  try check(orThrow: failure) { H5Pset_attr_phase_change(newID, compact, dense) }
  return new
}
