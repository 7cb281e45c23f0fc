public import ALSPlatform
import Foundation
import Synchronization

/// Ranks that are threads of this process.
public enum LocalRanks {
  /// Runs `body` in `count` ranks and returns what each returns, or throws the first error of one of them.
  ///
  /// When a rank throws, the others' conversations throw, too.
  public static func run<Result: Sendable>(
    _ count: Int, _ body: @escaping @Sendable (LocalRank) throws -> Result
  ) throws -> [Result] {
    let board = Board(count: count)
    let results = Mutex<[Int: Swift.Result<Result, any Error>]>([:])
    let done = DispatchGroup()
    for rank in 0..<count {
      done.enter()
      Thread.detachNewThread {
        let result = Swift.Result { try body(LocalRank(rank: rank, board: board)) }
        if case .failure(let error) = result { board.fail(error) }
        results.withLock { $0[rank] = result }
        done.leave()
      }
    }
    done.wait()
    if let error = board.error { throw error }
    return try results.withLock { results in try (0..<count).compactMap { try results[$0]?.get() } }
  }
}

/// Where ranks leave what they have for each other.
private final class Board: @unchecked Sendable {
  let count: Int
  private let condition = NSCondition()
  private var waiting = 0
  private var generation = 0
  private var mail: [[Int]: [[UInt8]]] = [:]
  private(set) var parts: [[UInt8]]
  private(set) var error: (any Error)?
  private var sent = 0
  private var underWay: [Int]
  private var most = 0

  /// Exchanges of a rank that have begun and not ended, at most.
  var mostUnderWay: Int { condition.withLock { most } }

  func changeUnderWay(of rank: Int, by change: Int) {
    condition.withLock {
      underWay[rank] += change
      most = max(most, underWay[rank])
    }
  }

  /// Bytes that ranks have sent to others so far.
  var sentBytes: Int { condition.withLock { sent } }

  init(count: Int) {
    self.count = count
    parts = Array(repeating: [], count: count * count)
    underWay = Array(repeating: 0, count: count)
  }

  func fail(_ error: any Error) {
    condition.withLock {
      if self.error == nil { self.error = error }
      condition.broadcast()
    }
  }

  struct Abandoned: Error {}

  /// Waits until all ranks are here.
  private func meet() throws {
    let mine = generation
    waiting += 1
    if waiting == count {
      (waiting, generation) = (0, generation + 1)
      condition.broadcast()
    }
    while generation == mine {
      if error != nil { throw Abandoned() }
      condition.wait()
    }
  }

  /// Leaves a part for each rank and returns those for `rank`.
  func exchange(_ own: [[UInt8]], rank: Int) throws -> [[UInt8]] {
    try condition.withLock {
      for (other, part) in own.enumerated() {
        parts[rank * count + other] = part
        if other != rank { sent += part.count }
      }
      try meet()
      let received = (0..<count).map { parts[$0 * count + rank] }
      try meet()
      return received
    }
  }

  func send(_ bytes: [UInt8], from rank: Int, to other: Int) {
    condition.withLock {
      sent += bytes.count
      mail[[rank, other], default: []].append(bytes)
      condition.broadcast()
    }
  }

  func receive(from other: Int, to rank: Int) throws -> [UInt8] {
    try condition.withLock {
      while mail[[other, rank], default: []].isEmpty {
        if error != nil { throw Abandoned() }
        condition.wait()
      }
      return mail[[other, rank], default: []].removeFirst()
    }
  }
}

/// A rank that is a thread.
public struct LocalRank: Communicator {
  /// Which one.
  public let rank: Int
  fileprivate let board: Board

  /// How many there are.
  public var count: Int { board.count }
  /// Bytes that all ranks have sent to others so far.
  public var sentBytes: Int { board.sentBytes }
  /// Exchanges of a rank that were under way together, at most.
  public var mostUnderWay: Int { board.mostUnderWay }

  /// See `Communicator`.
  public func exchange(
    _ outgoing: UnsafeRawBufferPointer, counts outgoingCounts: [Int], into incoming: UnsafeMutableRawBufferPointer,
    counts incomingCounts: [Int]
  ) throws {
    precondition(outgoing.count == outgoingCounts.reduce(0, +) && incoming.count == incomingCounts.reduce(0, +))
    var (parts, start): ([[UInt8]], Int) = ([], 0)
    for count in outgoingCounts {
      parts.append(Array(outgoing[start..<start + count]))
      start += count
    }
    let received = try board.exchange(parts, rank: rank)
    precondition(received.map(\.count) == incomingCounts, "rank \(rank) expects other amounts than were sent")
    incoming.copyBytes(from: received.joined())
  }

  /// See `Communicator`; it has an end only after some time.
  public func begin(
    _ outgoing: UnsafeRawBufferPointer, counts outgoingCounts: [Int], into incoming: UnsafeMutableRawBufferPointer,
    counts incomingCounts: [Int]
  ) throws -> any ExchangeUnderWay {
    nonisolated(unsafe) let (source, target) = (outgoing, incoming)
    board.changeUnderWay(of: rank, by: 1)
    return LateExchange {
      try exchange(source, counts: outgoingCounts, into: target, counts: incomingCounts)
      board.changeUnderWay(of: rank, by: -1)
    }
  }

  /// See `Communicator`.
  public func gather(_ own: UnsafeRawBufferPointer, into all: UnsafeMutableRawBufferPointer) throws {
    precondition(all.count == own.count * count)
    all.copyBytes(from: try board.exchange(Array(repeating: Array(own), count: count), rank: rank).joined())
  }

  /// See `Communicator`.
  public func broadcast(_ bytes: UnsafeMutableRawBufferPointer, from root: Int) throws {
    let own = rank == root ? Array(bytes) : []
    let received = try board.exchange(Array(repeating: own, count: count), rank: rank)
    precondition(received[root].count == bytes.count)
    bytes.copyBytes(from: received[root])
  }

  /// See `Communicator`.
  public func send(_ bytes: UnsafeRawBufferPointer, to rank: Int) throws {
    board.send(Array(bytes), from: self.rank, to: rank)
  }

  /// See `Communicator`.
  public func receive(_ bytes: UnsafeMutableRawBufferPointer, from rank: Int) throws {
    let received = try board.receive(from: rank, to: self.rank)
    precondition(received.count == bytes.count)
    bytes.copyBytes(from: received)
  }
}

/// An exchange that is done, all at once, in the third look at it.
private final class LateExchange: ExchangeUnderWay {
  private let looks = Mutex(0)
  private let exchange: @Sendable () throws -> Void

  init(_ exchange: @escaping @Sendable () throws -> Void) { self.exchange = exchange }

  func isDone() throws -> Bool {
    let look = looks.withLock {
      $0 += 1
      return $0
    }
    if look == 3 { try exchange() }
    return look >= 3
  }
}
