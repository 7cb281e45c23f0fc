#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The text of the calling thread's `errno`, such as "No such file or directory".
package func systemErrorText(_ code: Int32 = errno) -> String { String(cString: strerror(code)) }
