import ALS
public import ALSSparse

/// All items by falling number of users, items with equally many by index.
///
/// The baseline that every model should beat: recommend to everybody what most users have, except what they have
/// themselves. Cremonesi, Koren and Turrin, "Performance of Recommender Algorithms on Top-N Recommendation Tasks",
/// RecSys 2010.
///
/// - Complexity: O(n log n) for n items.
public func popularityOrder(of interactions: Interactions) -> [Int32] {
  popularityOrder(interactions.userCounts())
}

/// The same for the number of users of each item.
func popularityOrder(_ userCounts: [Int]) -> [Int32] {
  (0..<Int32(userCounts.count)).sorted { a, b in
    let (m, n) = (userCounts[Int(a)], userCounts[Int(b)])
    return m != n ? m > n : a < b
  }
}

/// The number of users of each of a model's items in `training`, whose users need not be the model's.
///
/// In implicit models pairs of value zero are as good as absent.
func popularity(in training: Interactions, of model: FactorModel) -> [Int] {
  let byItem = model.configuration.definition.liked(training.byItem)
  let userCounts = training.items.indices.map { byItem.degree(ofRow: $0) }
  if training.items == model.items { return userCounts }
  var counts = [Int](repeating: 0, count: model.items.count)
  for (item, count) in zip(training.items, userCounts) {
    if let index = model.items.index(of: item) { counts[index] = count }
  }
  return counts
}

/// The first `count` items of `order` that are not in `excluded`, fewer when there are not as many.
///
/// `excluded` rises, as the columns of a CSR row do.
///
/// - Complexity: O((`count` + e) log e) for e excluded items.
func topItems(
  _ count: Int, of order: [Int32], excluding excluded: UnsafeBufferPointer<Int32>
) -> [Int32] {
  Array(order.lazy.filter { !excluded.containsSorted($0) }.prefix(count))
}

/// The first `count` items of `order` that `user` has not interacted with, by index; fewer when there are not as many.
///
/// - Parameters:
///   - count: How many items are wanted.
///   - order: Items by index, best first, such as ``popularityOrder(of:)`` gives.
///   - user: A user, by index.
///   - interactions: What the user is known to have already.
/// - Returns: Items by index, in the order of `order`.
/// - Precondition: `user` is one of `interactions`, and `count` is not negative.
/// - Complexity: O((`count` + e) log e) for e items of the user.
public func topItems(_ count: Int, of order: [Int32], unseenBy user: Int, in interactions: Interactions) -> [Int32] {
  precondition(user >= 0 && user < interactions.users.count, "user \(user) is outside 0..<\(interactions.users.count)")
  return topItems(count, of: order, excluding: interactions.byUser.columns(ofRow: user))
}
