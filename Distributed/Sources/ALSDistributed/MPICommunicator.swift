public import ALSPlatform
import CMPI

/// The processes that `mpirun`, or a scheduler, has started together.
public struct MPICommunicator: Communicator {
  /// This process, from 0 on.
  public let rank: Int
  /// The number of processes.
  public let count: Int
  /// The number of processes on this machine, which share its processors.
  public let countHere: Int

  /// Starts MPI, once in a process.
  ///
  /// - Throws: `ALSError` when MPI cannot be started, or not for more than one thread.
  public init() throws {
    try requireLibraryOfHeader()
    var serialized = false
    try check(cmpi_initialize(&serialized), "starting")
    guard serialized else {
      throw ALSError(
        .configuration,
        "MPI: this library was built for one thread only. Use one that supports MPI_THREAD_SERIALIZED or more.")
    }
    var (rank, count, here): (Int32, Int32, Int32) = (0, 0, 0)
    try check(cmpi_rank(&rank), "starting")
    try check(cmpi_count(&count), "starting")
    try check(cmpi_count_here(&here), "starting")
    (self.rank, self.count, countHere) = (Int(rank), Int(count), Int(here))
  }

  /// Ends MPI; every rank calls it, and nothing else afterwards.
  public func finish() throws { try check(cmpi_finalize(), "ending") }

  /// Ends all ranks at once, with an exit code, because this one cannot go on.
  public func abort(_ code: Int32) -> Never {
    cmpi_abort(code)
    fatalError("MPI did not end the process")
  }

  /// `MPI_Alltoallv`.
  public func exchange(
    _ outgoing: UnsafeRawBufferPointer, counts outgoingCounts: [Int], into incoming: UnsafeMutableRawBufferPointer,
    counts incomingCounts: [Int]
  ) throws {
    let (sent, sentStarts) = try extents(outgoingCounts)
    let (received, receivedStarts) = try extents(incomingCounts)
    try check(
      cmpi_exchange(outgoing.baseAddress, sent, sentStarts, incoming.baseAddress, received, receivedStarts),
      "exchanging data")
  }

  /// `MPI_Ialltoallv`.
  public func begin(
    _ outgoing: UnsafeRawBufferPointer, counts outgoingCounts: [Int], into incoming: UnsafeMutableRawBufferPointer,
    counts incomingCounts: [Int]
  ) throws -> any ExchangeUnderWay {
    let (sent, sentStarts) = try extents(outgoingCounts)
    let (received, receivedStarts) = try extents(incomingCounts)
    var exchange: UnsafeMutableRawPointer?
    try check(
      cmpi_begin_exchange(
        Int32(count), outgoing.baseAddress, sent, sentStarts, incoming.baseAddress, received, receivedStarts, &exchange),
      "exchanging data")
    return MPIExchange(exchange: exchange)
  }

  /// `MPI_Allgather`.
  public func gather(_ own: UnsafeRawBufferPointer, into all: UnsafeMutableRawBufferPointer) throws {
    precondition(all.count == own.count * count)
    try check(cmpi_gather(own.baseAddress, try size(own.count), all.baseAddress), "gathering data")
  }

  /// `MPI_Bcast`.
  public func broadcast(_ bytes: UnsafeMutableRawBufferPointer, from root: Int) throws {
    try check(cmpi_broadcast(bytes.baseAddress, try size(bytes.count), Int32(root)), "broadcasting data")
  }

  /// `MPI_Send`.
  public func send(_ bytes: UnsafeRawBufferPointer, to rank: Int) throws {
    try check(cmpi_send(bytes.baseAddress, try size(bytes.count), Int32(rank)), "sending to rank \(rank)")
  }

  /// `MPI_Recv`.
  public func receive(_ bytes: UnsafeMutableRawBufferPointer, from rank: Int) throws {
    try check(cmpi_receive(bytes.baseAddress, try size(bytes.count), Int32(rank)), "receiving from rank \(rank)")
  }
}

/// An exchange that MPI has begun.
private struct MPIExchange: ExchangeUnderWay {
  nonisolated(unsafe) let exchange: UnsafeMutableRawPointer?

  func isDone() throws -> Bool {
    var done = false
    try check(cmpi_is_done(exchange, &done), "exchanging data")
    return done
  }
}

/// What one library's header calls a communicator is a wild pointer to another library.
private func requireLibraryOfHeader() throws {
  var bytes = [CChar](repeating: 0, count: Int(CMPI_LIBRARY_TEXT))
  cmpi_loaded_library(&bytes)
  let (loaded, expected) = (text(bytes), String(cString: cmpi_header_library()))
  guard loaded.contains(expected) else {
    throw ALSError(
      .configuration,
      "MPI: compiled for \(expected), but \(loaded.prefix { $0 != "," && $0 != "\n" }) is loaded. Build from scratch, "
        + "or in a folder for each library (--scratch-path).")
  }
}

/// Characters up to the first zero.
private func text(_ characters: [CChar]) -> String {
  String(decoding: characters.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
}

/// Counts as MPI takes them, and where each part begins.
private func extents(_ counts: [Int]) throws -> (counts: [Int32], starts: [Int32]) {
  var (starts, end): ([Int32], Int) = ([], 0)
  for count in counts {
    starts.append(try size(end))
    end += count
  }
  return (try counts.map(size), starts)
}

private func size(_ count: Int) throws -> Int32 {
  guard let size = Int32(exactly: count) else {
    throw ALSError(.configuration, "MPI: \(count) bytes are too many for one message. Use more ranks.")
  }
  return size
}

private func check(_ code: Int32, _ action: String) throws {
  guard code != 0 else { return }
  var bytes = [CChar](repeating: 0, count: Int(CMPI_ERROR_TEXT))
  cmpi_error_text(code, &bytes)
  throw ALSError(
    .inputOutput,
    "MPI: \(action) failed: \(text(bytes)). Check that all ranks are alive and reach each other; --resume goes on from the "
      + "last checkpoint.")
}
