import ALSDense
import ALSPlatform
import ALSSparse

/// A model whose users lie in several ranks, on its way into one file, which the first rank writes.
struct DistributedModelFile<Element: Scalar & SafetensorsElement> {
  let communicator: any Communicator
  let trainer: DistributedTrainer<Element>
  let model: DistributedModel
  /// Bytes of rows that are sent at a time.
  let blockBytes: Int

  /// Writes the same file as `FactorModel.write`.
  ///
  /// - Complexity: O(size of the model), through the first rank, which holds a block of it.
  func write(to path: String) throws {
    let configuration = model.configuration
    let factors = trainer.unscaledFactors
    let (users, owned) = (factors.users, factors.owned)
    try requireUsable(users, owned, path)
    let (order, width) = (trainer.problem.width, configuration.factorCount)
    let userCounts = try communicator.gathered(users.rowCount)
    let itemCounts = try communicator.gathered(owned.rowCount)
    // Every rank lists the same tensors, so that the others send theirs in the order in which the first one writes.
    var writer = SafetensorsWriter(
      metadata: try FactorModel.metadata(
        configuration: configuration, history: model.history, dataFingerprint: model.dataFingerprint,
        validation: model.validation))
    func add<Number: SafetensorsElement>(
      _ name: String, rows: [Int], columns: Int? = nil, _ block: @escaping (Range<Int>) -> Buffer<Number>
    ) {
      writer.add(name, streaming: Number.self, shape: [rows.reduce(0, +)] + (columns.map { [$0] } ?? [])) { emit in
        try pass(rows, rowBytes: (columns ?? 1) * MemoryLayout<Number>.stride, block, emit)
      }
    }
    for (name, table, rows) in [("user", users, userCounts), ("item", owned, itemCounts)] {
      add("\(name)_factors", rows: rows, columns: width) { table.block($0, columns: 0..<width) }
      if order > width { add("\(name)_bias", rows: rows) { table.block($0, columns: width..<order) } }
    }
    for (side, roots, rows) in [
      (.users, trainer.entries.densities?.users, userCounts), (.items, trainer.entries.densities?.owned, itemCounts),
    ] as [(Side, Buffer<Double>?, [Int])] {
      guard let roots else { continue }
      add(FactorModel.densityName(side), rows: rows) { FactorModel.densities(roots.elements[$0]) }
    }
    if configuration.predictsRatings { writer.add("global_mean", Buffer([trainer.problem.globalMean]), shape: [1]) }
    let degrees = trainer.entries.degrees
    if let totals = trainer.problem.contextCounts.userTotals {
      add("user_totals", rows: userCounts) { Buffer(Array(totals.elements[$0])) }
    }
    add("item_counts", rows: itemCounts) { Buffer(Array(degrees.elements[$0])) }
    if let seen = model.seen {
      let entryCounts = try communicator.gathered(seen.entryCount)
      let base = Int64(entryCounts[..<communicator.rank].reduce(0, +))
      // The last rank has the end of all.
      let offsetCounts = Array(userCounts.dropLast()) + [userCounts[communicator.count - 1] + 1]
      add("seen_offsets", rows: offsetCounts) { rows in Buffer(rows.map { base + seen.rowStarts.pointer[$0] }) }
      add("seen_items", rows: entryCounts) { Buffer(Array(seen.columns.elements[$0])) }
    }
    guard communicator.rank == 0 else { return try writer.forEachStreamed { _ in } }
    let (userNames, itemNames) = try model.identifiers()
    FactorModel.add(userNames, named: "user", to: &writer)
    FactorModel.add(itemNames, named: "item", to: &writer)
    try writer.write(to: path)
  }

  /// Throws, in every rank, when a number of some rank cannot be used.
  private func requireUsable(_ users: Matrix<Element>, _ owned: Matrix<Element>, _ path: String) throws {
    let (problem, items) = (trainer.problem, trainer.exchange.owned)
    let (shard, width) = (problem.shard, model.configuration.factorCount)
    try FactorModel.requireNothing(against: path, FactorModel.unusable(mean: problem.globalMean))
    for (table, rows, name) in [
      (users, shard.users, { "user \(shard.nameOfUser($0))" }),
      (owned, items, { "item \(shard.nameOfItem($0))" }),
    ] {
      try communicator.agreeing {
        try FactorModel.requireNothing(
          against: path, table.unusable(factors: width) { name(rows.lowerBound + $0) })
      }
    }
  }

  /// Gives the rows of a tensor, of which each rank has so many, to `emit` in the first rank, block by block; the others
  /// send it theirs.
  private func pass<Number: BitwiseCopyable>(
    _ counts: [Int], rowBytes: Int, _ block: (Range<Int>) -> Buffer<Number>,
    _ emit: (UnsafeRawBufferPointer) throws -> Void
  ) throws {
    let size = max(1, blockBytes / rowBytes)
    for rank in 0..<communicator.count where communicator.rank == 0 || communicator.rank == rank {
      for start in stride(from: 0, to: counts[rank], by: size) {
        let rows = start..<min(start + size, counts[rank])
        if communicator.rank == rank {
          let own = block(rows)
          try withExtendedLifetime(own) { try rank == 0 ? emit(own.bytes) : communicator.send(own.bytes, to: 0) }
        } else {
          let received = Buffer<UInt8>(uninitialized: rows.count * rowBytes)
          try communicator.receive(
            UnsafeMutableRawBufferPointer(start: received.pointer, count: received.count), from: rank)
          try withExtendedLifetime(received) { try emit(received.bytes) }
        }
      }
    }
  }
}

extension Matrix {
  /// Some columns of some rows.
  fileprivate func block(_ rows: Range<Int>, columns: Range<Int>) -> Buffer<Element> {
    let block = Buffer<Element>(uninitialized: rows.count * columns.count)
    for (position, row) in rows.enumerated() {
      (block.pointer + position * columns.count).update(
        from: self.row(row) + columns.lowerBound, count: columns.count)
    }
    return block
  }
}
