import ALSPlatform
import ALSSparse

extension UserShard {
  /// What `Interactions.fingerprint` says of the whole: ranks go on in turn where the one before was, and the first one
  /// begins with the `identifiers`.
  ///
  /// - Complexity: O(users + items + entries), one rank after the other.
  func fingerprint(
    _ communicator: any Communicator, identifiers: () throws -> (users: Identifiers, items: Identifiers)
  ) throws -> String {
    var checksum = Checksum()
    if communicator.rank == 0 {
      let (users, items) = try identifiers()
      checksum.update(users)
      checksum.update(items)
    }
    let counts = try communicator.gathered(byUser.entryCount)
    let base = Int64(counts[..<communicator.rank].reduce(0, +))
    let isLast = communicator.rank == communicator.count - 1
    let starts = Buffer<Int64>(uninitialized: users.count + (isLast ? 1 : 0))
    for row in 0..<starts.count { starts.pointer[row] = base + byUser.rowStarts.pointer[row] }
    for bytes in [starts.bytes, byUser.columns.bytes, byUser.values?.bytes, byUser.weights?.bytes].compactMap(\.self) {
      checksum = try communicator.inTurn(checksum) { $0.update(bytes) }
    }
    withExtendedLifetime(starts) {}
    return String(decoding: try communicator.broadcasted(Array(checksum.hexadecimal.utf8)), as: UTF8.self)
  }
}

extension Communicator {
  /// Lets every rank go on with the checksum of the one before; the first rank begins and gets the result.
  fileprivate func inTurn(_ checksum: Checksum, _ body: (inout Checksum) -> Void) throws -> Checksum {
    var words = checksum.state
    if rank > 0 { try words.withUnsafeMutableBytes { try receive($0, from: rank - 1) } }
    var checksum = Checksum(state: words)
    body(&checksum)
    if count == 1 { return checksum }
    words = checksum.state
    try words.withUnsafeBytes { try send($0, to: (rank + 1) % count) }
    if rank == 0 { try words.withUnsafeMutableBytes { try receive($0, from: count - 1) } }
    return Checksum(state: words)
  }
}
