/// Processes that work on one training, each with a rank from 0 on, and what they say to each other.
///
/// Every rank calls the same functions in the same order, from any thread but one at a time, and no call returns before
/// its buffers may be used again. The engine's own reductions are built on ``exchange``, so that sums are formed in the
/// order of the ranks and have the same bits whatever carries them.
public protocol Communicator: Sendable {
  /// This process, from 0 on.
  var rank: Int { get }
  /// The number of processes.
  var count: Int { get }

  /// Sends `outgoingCounts[r]` bytes to each rank r, one part after the other, and receives `incomingCounts[r]` from it.
  func exchange(
    _ outgoing: UnsafeRawBufferPointer, counts outgoingCounts: [Int], into incoming: UnsafeMutableRawBufferPointer,
    counts incomingCounts: [Int]) throws

  /// Begins what ``exchange`` does, and may return before its end, until when the buffers belong to it.
  ///
  /// Several may be under way; all ranks begin them in the same order, and call nothing else meanwhile.
  func begin(
    _ outgoing: UnsafeRawBufferPointer, counts outgoingCounts: [Int], into incoming: UnsafeMutableRawBufferPointer,
    counts incomingCounts: [Int]
  ) throws -> any ExchangeUnderWay

  /// Gathers the bytes of every rank, of which each has `own.count` of its own, one after the other in each of them.
  func gather(_ own: UnsafeRawBufferPointer, into all: UnsafeMutableRawBufferPointer) throws

  /// Makes the bytes of every rank those of `root`.
  func broadcast(_ bytes: UnsafeMutableRawBufferPointer, from root: Int) throws

  /// Sends bytes to one rank, which receives as many.
  func send(_ bytes: UnsafeRawBufferPointer, to rank: Int) throws

  /// Receives bytes that a rank sends to this one.
  func receive(_ bytes: UnsafeMutableRawBufferPointer, from rank: Int) throws
}

/// An exchange that has begun.
public protocol ExchangeUnderWay: Sendable {
  /// Whether it has come to its end; asked until it has, from any thread but one at a time.
  func isDone() throws -> Bool
}
