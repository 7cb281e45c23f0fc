#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// How much more memory this process can have, and what keeps it from more.
package struct AvailableMemory {
  /// The number of bytes.
  package let bytes: Int
  /// Such as "free on this machine".
  package let reason: String
  /// Whether pages of mapped files count.
  package var countsMappedFiles = false

  package init(bytes: Int, reason: String, countsMappedFiles: Bool = false) {
    (self.bytes, self.reason, self.countsMappedFiles) = (bytes, reason, countsMappedFiles)
  }

  /// What each limit leaves.
  package static func limits() -> [AvailableMemory] {
    var limits: [AvailableMemory] = []
    #if os(Linux)
      if let free = kilobytes("MemAvailable", in: "/proc/meminfo") {
        limits.append(AvailableMemory(bytes: free, reason: "are free on this machine"))
      }
      let group = "/sys/fs/cgroup"
      for (most, used) in [
        ("\(group)/memory.max", "\(group)/memory.current"),
        ("\(group)/memory/memory.limit_in_bytes", "\(group)/memory/memory.usage_in_bytes"),
      ] {
        // Pages of files in the cache count as used, but give way.
        guard let most = number(in: most), let used = number(in: used) else { continue }
        let cache = number(named: "inactive_file", in: "\(group)/memory.stat") ?? 0
        limits.append(AvailableMemory(bytes: most - used + cache, reason: "are left by the limit of the control group"))
      }
      if let left = addressSpaceLeft {
        limits.append(
          AvailableMemory(bytes: left, reason: "of address space are left by `ulimit -v`", countsMappedFiles: true))
      }
    #else
      limits.append(
        AvailableMemory(bytes: Int(ProcessInfo.processInfo.physicalMemory), reason: "are in this machine"))
    #endif
    return limits
  }

  /// What `ulimit -v` leaves; `nil` when it is not set.
  package static var addressSpaceLeft: Int? {
    #if os(Linux)
      var limit = rlimit()
      guard getrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit) == 0, limit.rlim_cur < rlim_t(Int.max) else {
        return nil
      }
      return Int(limit.rlim_cur) - (kilobytes("VmSize", in: "/proc/self/status") ?? 0)
    #else
      return nil
    #endif
  }

  /// Whether memory that is only reserved counts: by `ulimit -v` or `ulimit -d`, or because the system grants no more than
  /// it has.
  package static var limitsAddresses: Bool {
    #if os(Linux)
      for resource in [RLIMIT_AS, RLIMIT_DATA] {
        var limit = rlimit()
        if getrlimit(__rlimit_resource_t(resource.rawValue), &limit) == 0, limit.rlim_cur < rlim_t(Int.max) {
          return true
        }
      }
      return number(in: "/proc/sys/vm/overcommit_memory") == 2
    #else
      return false
    #endif
  }

  /// Makes all threads share one heap: the system's allocator would reserve 64 MB of addresses for each.
  package static func shareHeap() {
    #if os(Linux)
      // `mallopt` is in no module, and musl has none.
      typealias Option = @convention(c) (_ parameter: Int32, _ value: Int32) -> Int32
      guard let symbol = dlsym(nil, "mallopt") else { return }
      let mostArenas: Int32 = -8
      _ = unsafeBitCast(symbol, to: Option.self)(mostArenas, 1)
    #endif
  }

  #if os(Linux)
    private static func number(in path: String) -> Int? {
      guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { return nil }
      return text.split(whereSeparator: \.isWhitespace).first.flatMap { Int($0) }
    }

    /// The number after `name` in a file of names and numbers.
    private static func number(named name: String, in path: String) -> Int? {
      guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { return nil }
      for line in text.split(separator: "\n") {
        let words = line.split(whereSeparator: { $0 == " " || $0 == "\t" || $0 == ":" })
        if words.count >= 2, words[0] == name { return Int(words[1]) }
      }
      return nil
    }

    private static func kilobytes(_ name: String, in path: String) -> Int? {
      number(named: name, in: path).map { $0 * 1024 }
    }
  #endif
}
