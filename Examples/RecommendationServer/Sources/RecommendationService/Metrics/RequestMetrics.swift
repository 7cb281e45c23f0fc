import Synchronization

/// How many requests there were, of which kind, and how long they took.
final class RequestMetrics: Sendable {
  /// What requests are counted by.
  ///
  /// Few combinations exist: a route is a pattern, not a path.
  struct Key: Hashable, Sendable {
    let method: String
    let route: String
    let status: Int
  }

  /// Upper limits of the histogram in seconds.
  static let limits = [0.000_1, 0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5]

  private struct Series {
    var buckets = [Int](repeating: 0, count: limits.count)
    var count = 0
    var seconds = 0.0
  }

  private struct State {
    var series: [Key: Series] = [:]
    var underWay = 0
  }

  private let state = Mutex(State())

  func begin() { state.withLock { $0.underWay += 1 } }

  func end(_ key: Key, seconds: Double) {
    state.withLock { state in
      state.underWay -= 1
      state.series[key, default: Series()].count += 1
      state.series[key]?.seconds += seconds
      if let bucket = Self.limits.firstIndex(where: { seconds <= $0 }) { state.series[key]?.buckets[bucket] += 1 }
    }
  }

  func write(to text: inout PrometheusText) {
    let state = state.withLock { $0 }
    text.gauge("http_requests_under_way", "Requests that are being answered.", state.underWay)
    text.header("http_request_duration_seconds", "Time from a request's head to its answer.", "histogram")
    let name = "http_request_duration_seconds"
    let sorted = state.series.sorted {
      ($0.key.route, $0.key.method, $0.key.status) < ($1.key.route, $1.key.method, $1.key.status)
    }
    for (key, series) in sorted {
      let labels = [("method", key.method), ("route", key.route), ("status", "\(key.status)")]
      var below = 0
      for (limit, count) in zip(Self.limits, series.buckets) {
        below += count
        text.sample("\(name)_bucket", labels + [("le", "\(limit)")], "\(below)")
      }
      text.sample("\(name)_bucket", labels + [("le", "+Inf")], "\(series.count)")
      text.sample("\(name)_sum", labels, "\(series.seconds)")
      text.sample("\(name)_count", labels, "\(series.count)")
    }
  }
}
