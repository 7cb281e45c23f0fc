import ALS
import Hummingbird
import Logging
import NIOCore

/// Turns whatever a request fails with into JSON.
struct JSONErrors<Context: RequestContext>: RouterMiddleware {
  func handle(
    _ request: Request, context: Context, next: (Request, Context) async throws -> Response
  ) async throws -> Response {
    do {
      return try await next(request, context)
    } catch {
      let failure = RequestFailure(error, request: request)
      if failure.status.kind == .serverError {
        context.logger.error("\(request.method) \(request.uri.path) failed", metadata: ["reason": "\(error)"])
      }
      return try failure.response(from: request, context: context)
    }
  }
}

extension RequestFailure {
  fileprivate init(_ error: any Error, request: Request) {
    switch error {
    case let failure as RequestFailure: self = failure
    case let error as ALSError: self.init(error)
    case is NIOTooManyBytesError:
      self.init(.contentTooLarge, "body_too_large", "the body of the request is too large. Send a shorter history.")
    case let error as HTTPError where error.status == .notFound:
      self.init(
        .notFound, "no_such_route", "there is no \(request.method) \(request.uri.path). See the README for what is.")
    case let error as any HTTPResponseError:
      self.init(error.status, "refused", (error as? HTTPError)?.body ?? error.status.reasonPhrase)
    default: self.init(.internalServerError, "internal", "the request failed; the server's log says why.")
    }
  }

  private init(_ error: ALSError) {
    switch error.kind {
    case .unknownIdentifier: self.init(.notFound, "unknown_identifier", error.message)
    case .configuration, .data: self.init(.badRequest, "bad_request", error.message)
    default: self.init(.internalServerError, "internal", "the request failed; the server's log says why.")
    }
  }
}
