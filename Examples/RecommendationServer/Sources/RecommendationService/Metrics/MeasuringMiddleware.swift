import Hummingbird

/// Counts and times every request, those without a route included.
struct MeasuringMiddleware<Context: RequestContext>: RouterMiddleware {
  let metrics: RequestMetrics

  func handle(
    _ request: Request, context: Context, next: (Request, Context) async throws -> Response
  ) async throws -> Response {
    let start = ContinuousClock.now
    metrics.begin()
    var status = HTTPResponse.Status.internalServerError
    defer {
      let (seconds, attoseconds) = (ContinuousClock.now - start).components
      metrics.end(
        RequestMetrics.Key(
          method: Self.named.contains(request.method) ? request.method.rawValue : "other",
          route: context.endpointPath ?? "NotFound", status: status.code),
        seconds: Double(seconds) + Double(attoseconds) * 1e-18)
    }
    let response = try await next(request, context)
    status = response.status
    return response
  }

  /// A client may invent any number of others.
  private static var named: Set<HTTPRequest.Method> { [.get, .head, .post, .put, .delete, .options, .patch] }
}
