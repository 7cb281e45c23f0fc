import ALSPlatform

/// The threads of what calls OpenBLAS.
enum EngineThreads {
  /// More callers at once than OpenBLAS has buffers for (its builds say `MAX_THREADS=64`) would fail inside it.
  static let most = 64

  /// The rule of ``ALSPlatform/threadCount(_:)`` with that limit.
  static func count(_ threads: Int?) throws -> Int { min(try threadCount(threads), most) }
}
