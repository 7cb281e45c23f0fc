import Hummingbird

/// Why a request is not answered, for its sender.
struct RequestFailure: Error {
  let status: HTTPResponse.Status
  /// For programs: stays as it is when messages change.
  let code: String
  /// For people: what is wrong, and the remedy.
  let message: String

  init(_ status: HTTPResponse.Status, _ code: String, _ message: String) {
    self.status = status
    self.code = code
    self.message = message
  }
}

extension RequestFailure {
  func response(from request: Request, context: some RequestContext) throws -> Response {
    var response = try Body(error: Body.Content(code: code, message: message)).response(from: request, context: context)
    response.status = status
    return response
  }

  /// The JSON of a failure: `{"error": {"code": "…", "message": "…"}}`.
  private struct Body: ResponseEncodable {
    struct Content: Encodable {
      let code: String
      let message: String
    }
    let error: Content
  }
}
