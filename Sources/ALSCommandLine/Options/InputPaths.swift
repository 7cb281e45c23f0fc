import ALS
import ALSPlatform

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Files that were named, or meant by patterns.
struct InputPaths {
  /// In the order given, those of a pattern by their names; no file twice.
  let paths: [String]

  /// What `names` mean; a file that is called like a pattern is that file.
  init(_ names: [String]) throws {
    paths = try names.flatMap { name in
      guard name.contains(where: { "*?[".contains($0) }), access(name, F_OK) != 0 else { return [name] }
      return try Self.files(like: name)
    }
    var known: [FileIdentity: String] = [:]
    for path in paths where path != "-" {
      guard let identity = FileIdentity(path: path) else { continue }
      if let other = known.updateValue(path, forKey: identity) {
        throw ALSError(
          .configuration,
          "is \(other == path ? "named twice" : "the same file as \(other)"), so that its rows would count twice. Name it once.",
          at: path)
      }
    }
  }

  private static func files(like pattern: String) throws -> [String] {
    var found = glob_t()
    defer { globfree(&found) }
    let status = glob(pattern, GLOB_ERR, nil, &found)
    guard status == 0 else {
      throw ALSError(
        .unreadable,
        status == GLOB_NOMATCH
          ? "no file has such a name. Correct the pattern." : "a folder cannot be read. Check its permissions.",
        at: pattern)
    }
    return (0..<Int(found.gl_pathc)).compactMap { found.gl_pathv[$0].map { String(cString: $0) } }
  }
}
