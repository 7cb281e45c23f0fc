public import Hummingbird
import HummingbirdCore
public import Logging
import NIOCore

/// Makes the server.
///
/// It ends gracefully with the signals that its service group is told: it takes no more connections, and finishes the
/// requests that are under way.
///
/// - Parameters:
///   - store: The model in service.
///   - address: Where to listen.
///   - limits: What one request may ask for.
///   - reloadInterval: How often to look whether files have changed.
///   - logger: Where to say what happens.
///   - onRunning: Called with the port once connections are taken.
/// - Returns: An application of Hummingbird, to run or to test.
public func recommendationApplication(
  _ store: ModelStore, address: BindAddress = .hostname("127.0.0.1", port: 8080), limits: Limits = Limits(),
  reloadInterval: Duration = .seconds(1), logger: Logger, onRunning: @escaping @Sendable (Int) -> Void = { _ in }
) -> some ApplicationProtocol {
  let metrics = RequestMetrics()
  let router = Router(context: BasicRequestContext.self, options: [.autoGenerateHeadEndpoints])
  router.add(middleware: MeasuringMiddleware(metrics: metrics))
  router.add(middleware: JSONErrors())
  RecommendationRoutes(store: store, limits: limits).add(to: router)
  UserRoutes(store: store, limits: limits).add(to: router)
  StatusRoutes(store: store, metrics: metrics).add(to: router)
  PageRoutes().add(to: router)
  return Application(
    router: router,
    server: .http1(configuration: HTTP1Channel.Configuration(idleTimeout: TimeAmount(limits.idleTime))),
    configuration: ApplicationConfiguration(
      address: address, serverName: "swift-als",
      availableConnectionsDelegate: MaximumAvailableConnections(limits.connections)),
    services: [ModelWatcher(store: store, interval: reloadInterval, logger: logger)],
    onServerRunning: { channel in onRunning(channel.localAddress?.port ?? 0) }, logger: logger)
}
