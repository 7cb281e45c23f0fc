#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A file without a name in the directory of `path`, with the permissions of the user's mask; `nil` where the system or
/// the file system has no such files, or `path` cannot be made at all.
func openUnnamedFile(beside path: String) -> Int32? {
  #if os(Linux)
    // O_TMPFILE, which is no constant that can be imported.
    let descriptor = open(directory(of: path), 0o20_000_000 | O_DIRECTORY | O_RDWR | O_CLOEXEC, 0o666)
    if descriptor < 0 { return nil }
    // It gets its name by way of /proc, which may be missing.
    if access(link(to: descriptor), F_OK) == 0 { return descriptor }
    close(descriptor)
  #endif
  return nil
}

/// Gives an unnamed file its place at `path`, or, where there is a file, a name beside it, to be renamed.
///
/// - Returns: The name beside, or `nil` when the file is in its place.
func nameUnnamedFile(_ descriptor: Int32, _ path: String) throws -> String? {
  #if os(Linux)
    if linkat(AT_FDCWD, link(to: descriptor), AT_FDCWD, path, AT_SYMLINK_FOLLOW) == 0 { return nil }
    let reason = errno
    if reason == EEXIST { AbandonedFiles.remove(beside: path) }
    errno = reason
    while errno == EEXIST {
      let name = "\(AbandonedFiles.prefix(of: path))\(String(UInt32.random(in: 0 ... .max), radix: 36))"
      UnfinishedFiles.add(name)
      if linkat(AT_FDCWD, link(to: descriptor), AT_FDCWD, name, AT_SYMLINK_FOLLOW) == 0 { return name }
      let reason = errno
      UnfinishedFiles.remove(name)
      errno = reason
    }
  #endif
  throw ALSError(.cannotCreate, "cannot be put in place: \(systemErrorText()).", at: path)
}

private func link(to descriptor: Int32) -> String { "/proc/self/fd/\(descriptor)" }
