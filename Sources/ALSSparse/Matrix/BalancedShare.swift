/// The part of rank `rank` of `count` in things one after the other: consecutive ones that weigh about as much as the other
/// ranks'; `starts` has what the things before each weigh, and last what all do.
///
/// - Complexity: O(log things).
package func balancedShare(ofRank rank: Int, of count: Int, starts: UnsafeBufferPointer<Int64>) -> Range<Int> {
  let (last, weight) = (starts.count - 1, Int(starts[starts.count - 1]))
  // What weighs nothing at the end belongs to the last rank, so that everything belongs to one.
  func first(_ rank: Int) -> Int {
    if rank == 0 { return 0 }
    if rank == count { return last }
    let wanted = Int64(weight / count * rank + weight % count * rank / count)
    return starts[..<last].partitioningIndex { $0 >= wanted }
  }
  return first(rank)..<first(rank + 1)
}
