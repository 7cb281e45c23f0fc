import Logging
import NIOPosix
import ServiceLifecycle

/// Looks at the files at intervals, and has the store load what has changed.
struct ModelWatcher: Service {
  let store: ModelStore
  let interval: Duration
  let logger: Logger

  func run() async throws {
    await cancelWhenGracefulShutdown {
      while !Task.isCancelled {
        try? await Task.sleep(for: interval)
        await look()
      }
    }
  }

  private func look() async {
    // Loading takes long, so it has a thread of its own.
    guard !Task.isCancelled,
      let change = try? await NIOThreadPool.singleton.runIfActive({ store.reloadIfChanged() })
    else { return }
    switch change {
    case .none: break
    case .reloaded(let served):
      logger.notice(
        "model reloaded",
        metadata: [
          "generation": "\(served.generation)", "users": "\(served.model.users.count)",
          "items": "\(served.model.items.count)",
        ])
    case .refused(let error):
      logger.error("reload refused, the old model stays", metadata: ["reason": "\(error.message)"])
    }
  }
}
