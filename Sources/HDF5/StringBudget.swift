internal import CHDF5

#if canImport(Darwin)
internal import Darwin
#else
internal import Glibc
#endif

/// The memory that the C library may use for variable-length strings.
///
/// Each string has its own place in the file, so all strings together are no longer than the file.
/// A damaged file can have many strings that share one long place.
struct StringBudget: ~Copyable {
  private final class Account {
    var bytes: Int
    init(_ bytes: Int) { self.bytes = bytes }
  }

  /// The property list for reading strings and freeing them.
  let transfer: Handle

  private let account: Account

  /// A flag that is true if strings were refused.
  var isSpent: Bool { account.bytes < 0 }

  /// Allows four times the size of the file plus 16 MB.
  init(ofFileAt path: String, orThrow failure: (String) -> HDF5Error) throws(HDF5Error) {
    let account = Account(4 * fileSize(path) + (1 << 24))
    self.account = account
    let transfer = try Handle(
      closedBy: H5Pclose, orThrow: failure, opening: { H5Pcreate(h5p_dataset_transfer()) })
    let id = transfer.id
    let context = unsafe Unmanaged.passUnretained(account).toOpaque()
    try check(orThrow: failure) {
      unsafe H5Pset_vlen_mem_manager(
        id,
        { size, context in
          guard let context = unsafe context else { return nil }
          let account = unsafe Unmanaged<Account>.fromOpaque(context).takeUnretainedValue()
          account.bytes -= size
          return account.bytes < 0 ? nil : unsafe malloc(max(1, size))
        }, context,
        { memory, _ in unsafe free(memory) }, context)
    }
    self.transfer = transfer
  }
}
