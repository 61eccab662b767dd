#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// A flag that is true if the tests run with AddressSanitizer, which keeps freed memory for a while.
public let isAddressSanitized = unsafe dlsym(dlopen(nil, RTLD_NOW), "__asan_init") != nil
