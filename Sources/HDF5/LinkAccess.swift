internal import CHDF5

/// How objects are looked for by their names: in their own file alone.
///
/// A link may name another file, which whoever made it cannot know to be there, nor what the user
/// may read but would not pass on. To find and read it, the library would open any path at all, a pipe
/// too. Such a link is like one to nothing.
let withinFile: hid_t = {
  locked {
    let list = H5Pcreate(h5p_link_access())
    _ = unsafe H5Pset_elink_cb(list, { _, _, _, _, _, _, _ in -1 }, nil)
    return list
  }
}()
