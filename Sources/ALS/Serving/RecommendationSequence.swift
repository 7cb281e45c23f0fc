import ALSPlatform
public import ALSSparse

/// A user and what it is recommended.
public struct UserRecommendations: Hashable, Sendable {
  /// The user.
  public let user: Identifier
  /// The items, best first.
  public let items: [Recommendation]
}

/// Recommendations for a sequence of users, one user after the other, in bounded memory.
///
/// A block of users is taken from the sequence, and worked on by all threads, when the reader asks for more: a slow
/// reader holds the work up, and a sequence without end is as good as any. The work runs on threads of its own.
public struct RecommendationSequence<Users: Sequence>: AsyncSequence where Users.Element: IdentifierKey {
  /// A user and its items.
  public typealias Element = UserRecommendations

  let model: FactorModel
  let users: Users
  let plan: RecommendationPlan
  let threads: Int?

  /// The users' items, in order.
  public func makeAsyncIterator() -> AsyncIterator {
    AsyncIterator(model: model, users: users.makeIterator(), plan: plan, threads: threads)
  }

  /// Takes a block of users at a time.
  public struct AsyncIterator: AsyncIteratorProtocol {
    let model: FactorModel
    var users: Users.Iterator
    let plan: RecommendationPlan
    let threads: Int?
    /// Results of the last block, the next one last.
    private var ready: [UserRecommendations] = []

    init(model: FactorModel, users: Users.Iterator, plan: RecommendationPlan, threads: Int?) {
      self.model = model
      self.users = users
      self.plan = plan
      self.threads = threads
    }

    /// The next user's items.
    ///
    /// - Throws: `ALSError` for a user that the model does not know, if the options say so; `CancellationError`.
    public mutating func next() async throws -> UserRecommendations? {
      if ready.isEmpty {
        try Task.checkCancellation()
        // Enough to keep all threads at work, and no more results than take some megabytes.
        let size = Swift.max(1, Swift.min(1024, (1 << 17) / Swift.max(plan.count, 1)))
        var block: [Identifier] = []
        while block.count < size, let user = users.next() { block.append(user.identifier) }
        if block.isEmpty { return nil }
        let (model, plan, threads, members) = (model, plan, threads, block)
        let lists = try await onDedicatedThread { try model.recommend(users: members, plan: plan, threads: threads) }
        ready = zip(block, lists).map(UserRecommendations.init).reversed()
      }
      return ready.popLast()
    }
  }
}

extension RecommendationSequence: Sendable where Users: Sendable {}

extension FactorModel {
  /// The best items of each user of a sequence, as they are asked for, in bounded memory.
  ///
  ///     for try await result in try model.recommendations(users: model.users, count: 10) {
  ///       print(result.user, result.items.map(\.id))
  ///     }
  ///
  /// - Parameters:
  ///   - users: Users in any order and number, repeats included.
  ///   - count: How many items each.
  ///   - exclusions: What must not be recommended; what the model remembers of its users, if it does, when left out.
  ///   - options: What else to heed.
  ///   - threads: All processors when `nil`.
  /// - Returns: One element for each user, in the order of `users`.
  /// - Throws: `ALSError` when `count` is negative or exclusions or options were made for another model.
  /// - Complexity: O(users · items · k) at worst; memory for the results of at most 1,024 users.
  public func recommendations<Users: Sequence>(
    users: Users, count: Int = 10, excluding exclusions: Exclusions = .remembered,
    options: RecommendationOptions = RecommendationOptions(), threads: Int? = nil
  ) throws -> RecommendationSequence<Users> where Users.Element: IdentifierKey {
    _ = try EngineThreads.count(threads)
    return RecommendationSequence(
      model: self, users: users,
      plan: try RecommendationPlan(self, count: count, excluding: exclusions, options: options), threads: threads)
  }
}
