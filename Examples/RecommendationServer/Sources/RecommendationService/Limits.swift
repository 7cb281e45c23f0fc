/// What one request may ask for, and how many may ask at once.
public struct Limits: Sendable {
  /// The most items in an answer.
  public var count = 1000
  /// The most items in a history.
  public var historyLength = 10_000
  /// The most bytes in a request's body.
  public var bodySize = 1 << 20
  /// The most connections, and so the most work that waits for a processor.
  public var connections = 1024
  /// How long a connection may say nothing, between requests or within one, before it is closed.
  public var idleTime = Duration.seconds(30)

  /// The defaults.
  public init() {}
}
