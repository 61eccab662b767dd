internal import CHDF5

/// How a group keeps its links and attributes.
package struct GroupOptions: Equatable, Sendable {
  /// Whether the order is kept in which links or attributes were made.
  package enum CreationOrder: UInt32, Sendable {
    /// The order is not kept.
    case untracked = 0

    /// The order is kept, but nothing is found by it.
    case tracked = 1

    /// The order is kept, and an index finds things by it.
    case indexed = 3
  }

  /// The order of the links.
  ///
  /// The default is that none is kept.
  package var links = CreationOrder.untracked

  /// The order of the attributes.
  ///
  /// The default is that none is kept. Only with one can an attribute take more than 64 kB, such as the list of 5,000 columns.
  package var attributes = CreationOrder.untracked

  /// Whether even the first link and the first attribute lie in a heap of their own.
  ///
  /// The default is `false`: only many do.
  package var isDense = false

  /// Makes the options of a plain group.
  package init() {}

  /// A property list that makes a group of this kind.
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
/// The list that the C library itself gives out has the table of that group's links in it, where
/// their order is kept (seen with 1.10.8). A group made with it writes to addresses of another file.
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
