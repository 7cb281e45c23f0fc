import ALS
import Foundation
import Hummingbird

extension RequestContext {
  /// The identifier in the path.
  func identifier(_ name: String) throws -> Identifier {
    guard let text = try parameters.require(name).removingPercentEncoding else {
      throw RequestFailure(.badRequest, "bad_path", "the \(name) in the path is not UTF-8, percent-encoded.")
    }
    return Identifier(text)
  }
}

extension Request {
  /// The number of items to answer with: `count` in the query.
  func count(_ limits: Limits, default usual: Int = 10) throws -> Int {
    guard let text = uri.queryParameters["count"] else { return usual }
    guard let count = Int(text) else {
      throw RequestFailure(.badRequest, "bad_count", "count is \(text), but it must be a whole number.")
    }
    return try limits.checked(count: count)
  }
}

extension Limits {
  func checked(count: Int) throws -> Int {
    guard (1...self.count).contains(count) else {
      throw RequestFailure(.badRequest, "bad_count", "count is \(count), but it must be from 1 to \(self.count).")
    }
    return count
  }
}
