#if canImport(Darwin)
internal import Darwin
#else
internal import Glibc
#endif

/// The physical memory of this machine, in bytes.
package let physicalMemory: Int = {
  let (pages, bytes) = (sysconf(Int32(_SC_PHYS_PAGES)), sysconf(Int32(_SC_PAGESIZE)))
  return pages > 0 && bytes > 0 ? pages * bytes : .max
}()
