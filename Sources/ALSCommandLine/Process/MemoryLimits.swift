import ALSPlatform
import Foundation

/// How the program behaves when memory is limited.
enum MemoryLimits {
  /// What is needed for the program, its libraries and their threads besides what a job takes.
  private static let leastAddressSpace = 64 << 20

  /// Called once, before any other thread runs: makes the most of a limited address space, and ends in words.
  static func install() {
    MemoryExhaustion.handle { bytes in
      end("out of memory: \(formattedSize(bytes)) more were needed.")
    }
    guard let left = AvailableMemory.addressSpaceLeft else { return }
    AvailableMemory.shareHeap()
    if left < leastAddressSpace { end("the address space is limited to too little for the program to work in.") }
  }

  private static func end(_ reason: String) -> Never {
    UnfinishedFiles.removeAll()
    StandardError.report(
      "\(reason) Raise the limit (ulimit -v), or ask for less: fewer --threads or --factors, a smaller --memory, data made by "
        + "`als convert`; `als train --dry-run` says what a training takes.")
    // Not by exit: libraries that could not have their memory may wait for it for ever.
    _exit(71)
  }
}
