extension Communicator {
  /// Sends `counts[r]` elements to each rank r, one part after the other, and returns what each rank has sent, of which
  /// there are `receiving[r]`.
  ///
  /// In rounds of at most `roundBytes` that a rank sends, because MPI counts the bytes of a message in 32 bits.
  package func exchanged<Element: BitwiseCopyable>(
    _ outgoing: Buffer<Element>, counts: [Int], receiving: [Int], roundBytes: Int = 256 << 20
  ) throws -> [Buffer<Element>] {
    precondition(counts.reduce(0, +) == outgoing.count)
    let width = MemoryLayout<Element>.stride
    let most = Swift.max(1, roundBytes / (count * width))
    let largest = try gathered(counts.max() ?? 0).max() ?? 0
    let rounds = (largest + most - 1) / most
    let received = receiving.map { Buffer<Element>(uninitialized: $0) }
    for round in 0..<rounds {
      func part(of count: Int) -> Range<Int> { Swift.min(round * most, count)..<Swift.min((round + 1) * most, count) }
      let (sent, taken) = (counts.map { part(of: $0) }, receiving.map { part(of: $0) })
      let own = Buffer<Element>(uninitialized: sent.reduce(0) { $0 + $1.count })
      let theirs = Buffer<Element>(uninitialized: taken.reduce(0) { $0 + $1.count })
      var (start, next) = (0, 0)
      for (rank, part) in sent.enumerated() {
        (own.pointer + next).update(from: outgoing.pointer + start + part.lowerBound, count: part.count)
        next += part.count
        start += counts[rank]
      }
      try exchange(
        own.bytes, counts: sent.map { $0.count * width },
        into: UnsafeMutableRawBufferPointer(start: theirs.pointer, count: theirs.count * width),
        counts: taken.map { $0.count * width })
      withExtendedLifetime(own) {}
      next = 0
      for (rank, part) in taken.enumerated() {
        (received[rank].pointer + part.lowerBound).update(from: theirs.pointer + next, count: part.count)
        next += part.count
      }
    }
    return received
  }
}
