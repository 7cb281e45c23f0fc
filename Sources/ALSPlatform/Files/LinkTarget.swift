#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The path that the last part of `path` leads to by symbolic links, whether there is a file or not; `path` itself when
/// it is no link, or when links lead round in a circle.
package func linkTarget(of path: String) -> String {
  var target = path
  // As many as the system follows.
  for _ in 0..<40 {
    var bytes = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
    let count = readlink(target, &bytes, Int(PATH_MAX))
    if count < 0 { return target }
    let next = String(decoding: bytes[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    target = next.hasPrefix("/") ? next : directory(of: target) + "/" + next
  }
  return path
}

/// The directory that `path` is in.
package func directory(of path: String) -> String {
  guard let slash = path.lastIndex(of: "/") else { return "." }
  return slash == path.startIndex ? "/" : String(path[..<slash])
}
