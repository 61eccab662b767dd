internal import CHDF5

/// The access property list for links, which keeps look-ups within their own file.
///
/// A link may name another file. That file may be missing, or private to the user. The library
/// would open any path to follow the link, even a pipe. Such a link is treated as broken.
let withinFile: hid_t = {
  locked {
    let list = H5Pcreate(h5p_link_access())
    _ = unsafe H5Pset_elink_cb(list, { _, _, _, _, _, _, _ in -1 }, nil)
    return list
  }
}()
