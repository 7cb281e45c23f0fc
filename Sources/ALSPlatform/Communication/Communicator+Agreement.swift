extension Communicator {
  /// What `body`, which talks to no other rank, returns; when it throws in some rank, all throw what it threw in the first
  /// of these, so that none waits for one that has failed.
  package func agreeing<Result>(_ body: () throws -> Result) throws -> Result {
    let own = Swift.Result(catching: body)
    var error: ALSError?
    if case .failure(let failure) = own { error = failure as? ALSError ?? ALSError(.inputOutput, "\(failure)") }
    let kinds = ALSError.Kind.allCases
    let found = try gathered(error.flatMap { kinds.firstIndex(of: $0.kind) } ?? -1)
    guard let root = found.firstIndex(where: { $0 >= 0 }) else { return try own.get() }
    func shared(_ text: String?) throws -> String {
      String(decoding: try broadcasted(bytes: Array((text ?? "").utf8), from: root), as: UTF8.self)
    }
    let (text, place) = (try shared(error?.text), try shared(error?.place))
    let finder = count == 1 ? "" : " Rank \(root) has found that."
    throw ALSError(kinds[found[root]], text + finder, at: place.isEmpty ? nil : place)
  }
}
