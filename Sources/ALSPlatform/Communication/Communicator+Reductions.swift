extension Communicator {
  /// The part of `count` things that falls to `rank`: consecutive ones, as evenly as can be.
  package func share(of count: Int, rank: Int) -> Range<Int> {
    rank * count / self.count..<(rank + 1) * count / self.count
  }

  /// The value of every rank, in their order.
  package func gathered<Value: BitwiseCopyable>(_ value: Value) throws -> [Value] {
    var all = [Value](repeating: value, count: count)
    // As long as the others, with what is behind the last member of each.
    try [value].withUnsafeBytes { own in
      try all.withUnsafeMutableBytes { try gather(own, into: $0) }
    }
    return all
  }

  /// The range of every rank, in their order.
  package func gathered(_ range: Range<Int>) throws -> [Range<Int>] {
    zip(try gathered(range.lowerBound), try gathered(range.upperBound)).map { $0..<$1 }
  }

  /// Waits until every rank has come here.
  package func synchronize() throws { _ = try gathered(0) }

  /// The values of `root`, in every rank; all have as many.
  package func broadcasted<Value: BitwiseCopyable>(_ values: [Value], from root: Int = 0) throws -> [Value] {
    var values = values
    try values.withUnsafeMutableBytes { try broadcast($0, from: root) }
    return values
  }

  /// The bytes of `root`, whose number the others do not know, in every rank.
  package func broadcasted(bytes: [UInt8], from root: Int = 0) throws -> [UInt8] {
    let size = try broadcasted([bytes.count], from: root)[0]
    return try broadcasted(rank == root ? bytes : [UInt8](repeating: 0, count: size), from: root)
  }

  /// What each rank has for each other: `values[r]` goes to rank r, and the result has what r sent.
  package func exchanged<Value: BitwiseCopyable>(_ values: [Value]) throws -> [Value] {
    precondition(values.count == count)
    var received = values
    let counts = [Int](repeating: MemoryLayout<Value>.stride, count: count)
    try values.withUnsafeBytes { own in
      try received.withUnsafeMutableBytes { try exchange(own, counts: counts, into: $0, counts: counts) }
    }
    return received
  }

  /// The sums over all ranks, added in their order: the same bits in every rank.
  ///
  /// Each rank adds up its share and gives it to the others, so that a rank sends about two times the numbers in all.
  package func sum(_ values: [Double]) throws -> [Double] {
    let width = MemoryLayout<Double>.stride
    let own = share(of: values.count, rank: rank)
    let counts = (0..<count).map { share(of: values.count, rank: $0).count * width }
    let ownCounts = [Int](repeating: own.count * width, count: count)
    var parts = [Double](repeating: 0, count: own.count * count)
    try values.withUnsafeBytes { all in
      try parts.withUnsafeMutableBytes { try exchange(all, counts: counts, into: $0, counts: ownCounts) }
    }
    let totals = (0..<own.count).map { i in (0..<count).reduce(0) { $0 + parts[$1 * own.count + i] } }
    let sums = Array(repeatElement(totals, count: count).joined())
    var all = values
    try sums.withUnsafeBytes { mine in
      try all.withUnsafeMutableBytes { try exchange(mine, counts: ownCounts, into: $0, counts: counts) }
    }
    return all
  }

  /// The sum over all ranks.
  package func sum(_ value: Int) throws -> Int { try gathered(value).reduce(0, +) }
}
