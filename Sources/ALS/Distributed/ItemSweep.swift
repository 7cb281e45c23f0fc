import ALSDense
import ALSPlatform
import ALSSparse

/// The items' half of an iteration, where users are divided over ranks.
///
/// All items take their conjugate gradient steps together. In a pass, a rank adds up what its own users contribute to
/// each item; the owner of the item adds the ranks' parts in their order, takes the step, and tells those who need the
/// item its next direction. Users never leave their rank. Blocks of items are in different passes at any time, so that
/// some are under way while others are computed.
final class ItemSweep<Element: Scalar> {
  private let problem: GradientSweep<Element>
  private let exchange: RowExchange
  /// The entries of each owned item over all ranks.
  private let degrees: Buffer<Int64>
  /// Those of each needed item; `nil` where the terms of an entry do not depend on it.
  private let neededDegrees: Buffer<Double>?
  private let thread: CommunicationThread
  /// The needed items' factors, which the last pass replaces.
  private let items: Matrix<Element>
  private let scratch: [PerWorker<(operand: Buffer<Element>, sum: Buffer<Element>)>]
  private let outcome = SolveOutcome()
  private var free: [ItemBlock<Element>]

  /// `sweep` solves the owned items and has the entries of the needed ones.
  init(
    _ sweep: HalfSweep<Element>, steps: Int, items: Matrix<Element>, exchange: RowExchange,
    degrees: Buffer<Int64>, neededDegrees: Buffer<Double>? = nil, thread: CommunicationThread,
    instructions: InstructionSet = .best
  ) {
    let problem = GradientSweep(sweep, steps: steps, format: .half, instructions: instructions)
    (self.problem, self.neededDegrees) = (problem, neededDegrees)
    (self.items, self.exchange, self.degrees, self.thread) = (items, exchange, degrees, thread)
    let width = problem.table.width
    scratch = (0..<sweep.threads).map { _ in
      PerWorker((Buffer(repeating: 0, count: width), Buffer(repeating: 0, count: width)))
    }
    free = (0..<DistributedLayout.blocksAtOnce).map { _ in ItemBlock(rowCount: exchange.blockRows) }
  }

  /// Solves all items and reports on the owned ones; these are then in the sweep's solution, and the needed ones in the table.
  ///
  /// - Throws: `UnsolvableRow`, counted among the owned ones, and what communication throws.
  func run() throws -> SolveReport {
    var underWay: [ItemBlock<Element>] = []
    var next = 0
    while next < exchange.blockCount || !underWay.isEmpty {
      while next < exchange.blockCount, let block = free.popLast() {
        block.begin(next, of: exchange, problem: problem, matrix: problem.sweep.rows)
        underWay.append(block)
        next += 1
      }
      for block in underWay { try advance(block) }
      free += underWay.filter { $0.ticket == nil }
      underWay.removeAll { $0.ticket == nil }
    }
    return try outcome.report()
  }

  /// Does the next part of a block: a pass, then the owners' step, for each of the passes; and at last takes the new rows.
  private func advance(_ block: ItemBlock<Element>) throws {
    try block.ticket?.wait()
    let (pass, isOwners) = (block.phase / 2, block.phase % 2 == 1)
    block.phase += 1
    if pass > problem.steps {
      block.ticket = nil
      take(block)
    } else if isOwners {
      takeStep(block, after: pass)
      block.ticket = send(block.theirs, block.receivedCounts, to: block.mine, block.sentCounts)
    } else {
      accumulate(block, withTargets: pass == 0)
      block.ticket = send(block.mine, block.sentCounts, to: block.theirs, block.receivedCounts)
    }
  }

  private func send(
    _ outgoing: Buffer<Element>, _ outgoingRows: [Int], to incoming: Buffer<Element>, _ incomingRows: [Int]
  ) -> CommunicationThread.Ticket {
    let (communicator, rowBytes) = (exchange.communicator, problem.sweep.width * MemoryLayout<Element>.stride)
    return thread.submit {
      let (sent, received) = (outgoingRows.map { $0 * rowBytes }, incomingRows.map { $0 * rowBytes })
      return try communicator.begin(
        UnsafeRawBufferPointer(start: outgoing.pointer, count: sent.reduce(0, +)), counts: sent,
        into: UnsafeMutableRawBufferPointer(start: incoming.pointer, count: received.reduce(0, +)), counts: received)
    }
  }
}

// MARK: What a rank does with the items that it needs

extension ItemSweep {
  /// Replaces each needed row's vector by this rank's sum: of the factors at first, of directions later.
  private func accumulate(_ block: ItemBlock<Element>, withTargets: Bool) {
    let (problem, items, scratch, degrees) = (problem, items, scratch, neededDegrees)
    let (order, width, unit) = (problem.sweep.width, problem.table.width, 1 / problem.table.scale)
    let (units, rows, mine, partials) = (block.units, block.localRows, block.mine, block.partials)
    let entryCount = problem.sweep.rows.entryCount
    parallelForEachChunk(of: units.count, size: 8, workers: problem.sweep.threads) { chunk, worker in
      let (operand, sum) = (scratch[worker].value.operand.pointer, scratch[worker].value.sum.pointer)
      for part in units[chunk] {
        let row = mine.pointer + part.position * order
        if withTargets {
          let factors = items.row(rows[part.position])
          for i in 0..<order { operand[i] = unit * factors[i] }
        } else {
          operand.update(from: row, count: order)
        }
        sum.update(repeating: 0, count: width)
        let rowTerms = degrees.map {
          problem.sweep.problem(entryCount: Int($0.pointer[rows[part.position]])).terms
        }
        let (columns, terms) = problem.sweep.gathered(part.start..<part.end, rowTerms ?? problem.sweep.terms)
        Element.accumulate(
          problem.table.gathered(columns, count: part.end - part.start, ahead: entryCount - part.end), terms,
          withTargets: withTargets, operand, into: sum, packing: nil, instructions: problem.instructions)
        if part.partial < 0 {
          row.update(from: sum, count: order)
        } else {
          (partials.pointer + part.partial * width).update(from: sum, count: width)
        }
      }
    }
    var first = 0
    while first < units.count {
      guard units[first].partial >= 0 else {
        first += 1
        continue
      }
      let row = mine.pointer + units[first].position * order
      row.update(repeating: 0, count: order)
      let position = units[first].position
      while first < units.count, units[first].position == position {
        let partial = partials.pointer + units[first].partial * width
        for i in 0..<order { row[i] += partial[i] }
        first += 1
      }
    }
  }

  /// Takes the new factors of the needed rows.
  private func take(_ block: ItemBlock<Element>) {
    let order = problem.sweep.width
    for (position, row) in block.localRows.enumerated() {
      items.row(row).update(from: block.mine.pointer + position * order, count: order)
    }
  }
}

// MARK: What a rank does with the items that it owns

extension ItemSweep {
  /// Adds the ranks' sums, takes the step that they belong to, and puts the next directions, or the new factors, in
  /// their place.
  private func takeStep(_ block: ItemBlock<Element>, after pass: Int) {
    let (problem, exchange, degrees, outcome) = (problem, exchange, degrees, outcome)
    let (order, steps, solution) = (problem.sweep.width, problem.steps, problem.sweep.solution)
    let (index, offsets, theirs, isActive) = (block.index, block.offsets, block.theirs, block.isActive)
    let (iterations, owned) = (block.rows, exchange.ownedRows(ofBlock: index))
    let starts = (0..<exchange.communicator.count).map { exchange.positions(ofBlock: index, rank: $0).lowerBound }
    parallelForEachChunk(of: owned.count, size: 16, workers: problem.sweep.threads) { chunk, _ in
      let rows = owned.lowerBound + chunk.lowerBound..<owned.lowerBound + chunk.upperBound
      if pass == 0 {
        for row in rows {
          let degree = Int(degrees.pointer[row])
          isActive.pointer[row - owned.lowerBound] = degree > 0
          if degree > 0 {
            iterations[row - owned.lowerBound].value.load(row, entryCount: degree)
          } else {
            solution.row(row).update(repeating: 0, count: order)
          }
        }
      }
      for rank in offsets.indices {
        for position in exchange.positions(of: rows, rank: rank) {
          let slot = exchange.row(at: position, rank: rank) - owned.lowerBound
          if !isActive.pointer[slot] { continue }
          let part = theirs.pointer + (offsets[rank] + position - starts[rank]) * order
          let sum = iterations[slot].value.sum
          for i in 0..<order { sum[i] += part[i] }
        }
      }
      for slot in chunk where isActive.pointer[slot] {
        let iteration = iterations[slot].value
        if pass == 0 { iteration.start() } else { iteration.advance() }
        if pass < steps { isActive.pointer[slot] = iteration.findDirection() }
      }
      if pass == steps {
        for row in rows where degrees.pointer[row] > 0 {
          let iteration = iterations[row - owned.lowerBound].value
          if !iteration.store(row) { outcome.fail(row) }
          if iteration.isSingular { outcome.countRescue() }
        }
      }
      for rank in offsets.indices {
        for position in exchange.positions(of: rows, rank: rank) {
          let row = exchange.row(at: position, rank: rank)
          let (slot, target) = (
            row - owned.lowerBound, theirs.pointer + (offsets[rank] + position - starts[rank]) * order
          )
          if pass == steps {
            target.update(from: solution.row(row), count: order)
          } else if isActive.pointer[slot] {
            target.update(from: iterations[slot].value.direction, count: order)
          } else {
            target.update(repeating: 0, count: order)
          }
        }
      }
    }
  }
}
