import ALSDense
import ALSPlatform
import ALSSparse

/// A model whose users lie in several ranks, on its way into one file, which the first rank writes.
struct ShardedModelFile<Element: Scalar & SafetensorsElement> {
  let communicator: any Communicator
  let trainer: ShardedTrainer<Element>
  /// The trainer's own, or the best that were measured.
  let factors: ShardedFactors<Element>
  let configuration: ModelConfiguration
  let history: [IterationRecord]
  let dataFingerprint: String
  let validation: ValidationRecord?

  /// Bytes of rows that are sent at a time.
  private static var blockBytes: Int { 4 << 20 }

  /// Writes the same file as `FactorModel.write`; `identifiers` are asked for in the first rank only.
  ///
  /// - Complexity: O(size of the model), through the first rank, which holds a block of it and the items' counts.
  func write(to path: String, identifiers: () throws -> (users: Identifiers, items: Identifiers)) throws {
    let (users, owned) = (factors.users, factors.owned)
    let hasBiases = trainer.problem.objective.hasBiases
    let (order, width) = (trainer.problem.width, configuration.factors)
    let degrees = Matrix<Double>(
      rowCount: owned.rowCount, columnCount: 1,
      buffer: Buffer((0..<owned.rowCount).map { Double(trainer.entries.degrees.pointer[$0]) }))
    let userCounts = try communicator.gathered(users.rowCount)
    let itemCounts = try communicator.gathered(owned.rowCount)
    guard communicator.rank == 0 else {
      try send(degrees, columns: 0..<1)
      for table in [users, owned] {
        try send(table, columns: 0..<width)
        if hasBiases { try send(table, columns: width..<order) }
      }
      return
    }
    var counts: [Int64] = []
    try receive(degrees, columns: 0..<1, rows: itemCounts) { bytes in
      counts += bytes.bindMemory(to: Double.self).map { Int64($0) }
    }
    var writer = SafetensorsWriter(
      metadata: try FactorModel.metadata(
        configuration: configuration, history: history, dataFingerprint: dataFingerprint, validation: validation))
    for (name, table, rows) in [("user", users, userCounts), ("item", owned, itemCounts)] {
      let count = rows.reduce(0, +)
      writer.add("\(name)_factors", streaming: Element.self, shape: [count, width]) { emit in
        try receive(table, columns: 0..<width, rows: rows, emit)
      }
      if hasBiases {
        writer.add("\(name)_bias", streaming: Element.self, shape: [count]) { emit in
          try receive(table, columns: width..<order, rows: rows, emit)
        }
      }
    }
    if configuration.predictsRatings { writer.add("global_mean", Buffer([trainer.problem.globalMean]), shape: [1]) }
    writer.add("item_counts", Buffer(counts), shape: [counts.count])
    let (userNames, itemNames) = try identifiers()
    FactorModel.add(userNames, named: "user", to: &writer)
    FactorModel.add(itemNames, named: "item", to: &writer)
    try writer.write(to: path)
  }

  /// Calls `body` with some columns of all rows of a table, block by block.
  private func forEachBlock<Number: Scalar>(
    of table: Matrix<Number>, columns: Range<Int>, _ body: (UnsafeRawBufferPointer) throws -> Void
  ) throws {
    for rows in Self.blocks(of: table.rowCount, rowBytes: columns.count * MemoryLayout<Number>.stride) {
      let block = Buffer<Number>(uninitialized: rows.count * columns.count)
      for (position, row) in rows.enumerated() {
        (block.pointer + position * columns.count).update(
          from: table.row(row) + columns.lowerBound, count: columns.count)
      }
      try body(block.bytes)
    }
  }

  private static func blocks(of count: Int, rowBytes: Int) -> [Range<Int>] {
    let size = max(1, blockBytes / rowBytes)
    return stride(from: 0, to: count, by: size).map { $0..<min($0 + size, count) }
  }

  private func send<Number: Scalar>(_ table: Matrix<Number>, columns: Range<Int>) throws {
    try forEachBlock(of: table, columns: columns) { try communicator.send($0, to: 0) }
  }

  /// The first rank's own rows and then those of the others.
  private func receive<Number: Scalar>(
    _ table: Matrix<Number>, columns: Range<Int>, rows: [Int], _ emit: (UnsafeRawBufferPointer) throws -> Void
  ) throws {
    try forEachBlock(of: table, columns: columns, emit)
    for rank in 1..<communicator.count {
      for block in Self.blocks(of: rows[rank], rowBytes: columns.count * MemoryLayout<Number>.stride) {
        let buffer = Buffer<Number>(uninitialized: block.count * columns.count)
        try communicator.receive(
          UnsafeMutableRawBufferPointer(start: buffer.pointer, count: buffer.bytes.count), from: rank)
        try emit(buffer.bytes)
      }
    }
  }
}
