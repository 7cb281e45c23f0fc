import ALS
import Foundation
import Hummingbird

/// For those who keep the server running.
struct StatusRoutes: Sendable {
  let store: ModelStore
  let metrics: RequestMetrics

  func add(to router: Router<BasicRequestContext>) {
    router.get("health", use: health)
    router.get("metrics", use: prometheus)
  }

  /// A server that answers at all has a model.
  struct Health: ResponseEncodable {
    let status = "ok"
    let users, items, factors, generation: Int
    let loadedAt: Date
    let version: String
    /// Why the files as they are now are not served; absent when they are.
    let refused: String?
  }

  @Sendable private func health(_ request: Request, _ context: BasicRequestContext) -> Health {
    let served = store.served
    return Health(
      users: served.model.users.count, items: served.model.items.count, factors: served.model.factorCount,
      generation: served.generation, loadedAt: served.loadedAt, version: ALSVersion.current,
      refused: store.failures.last)
  }

  @Sendable private func prometheus(_ request: Request, _ context: BasicRequestContext) -> Response {
    var text = PrometheusText()
    metrics.write(to: &text)
    let served = store.served
    text.gauge("als_model_users", "Users of the model in service.", served.model.users.count)
    text.gauge("als_model_items", "Items of the model in service.", served.model.items.count)
    text.gauge("als_model_factors", "Factors of the model in service.", served.model.factorCount)
    text.gauge("als_model_generation", "1, and one more with every reload.", served.generation)
    text.gauge(
      "als_model_loaded_timestamp_seconds", "When the model in service was loaded.",
      Int(served.loadedAt.timeIntervalSince1970))
    text.counter("als_model_reloads_refused_total", "Changed files that were not served.", store.failures.count)
    if let bytes = residentMemory() {
      text.gauge("process_resident_memory_bytes", "Memory in use, mapped files included.", bytes)
    }
    return Response(
      status: .ok, headers: [.contentType: "text/plain; version=0.0.4; charset=utf-8"],
      body: ResponseBody(byteBuffer: ByteBuffer(string: text.lines)))
  }

  /// `nil` on systems that do not say.
  private func residentMemory() -> Int? {
    guard let status = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8) else { return nil }
    let fields = status.split(separator: " ")
    return fields.count > 1 ? Int(fields[1]).map { $0 * sysconf(Int32(_SC_PAGESIZE)) } : nil
  }
}
