package import ALSPlatform

extension CSRMatrix {
  /// Entries given in any order, grouped by row; within a row they keep the order they came in.
  ///
  /// Columns may therefore be unsorted and repeated. Counting sort: every worker owns a range of rows and reads all
  /// entries, so the result does not depend on the number of workers.
  ///
  /// - Complexity: O(rows + entries), two passes over the row indices.
  package static func grouping(
    rowCount: Int, columnCount: Int, rows: Buffer<Int32>, columns: Buffer<Int32>, values: Buffer<Value>?,
    weights: Buffer<Float>? = nil, threads: Int
  ) -> CSRMatrix {
    let counting = CountingSort(keys: rows, keyCount: rowCount, threads: threads)
    let grouped = Buffer<Int32>(uninitialized: rows.count)
    let moving = MovingNumbers(values: values, weights: weights)
    counting.forEachWorker { owned in
      let (cursors, target, source) = (counting.cursors.pointer, grouped.pointer, columns.pointer)
      moving.withMove { move in
        for (entry, row) in rows.elements.enumerated() where owned.contains(row) {
          let position = Int(cursors[Int(row)])
          cursors[Int(row)] += 1
          target[position] = source[entry]
          move(entry, position)
        }
      }
    }
    return CSRMatrix(
      rowCount: rowCount, columnCount: columnCount, rowStarts: counting.starts, columns: grouped,
      values: moving.newValues, weights: moving.newWeights)
  }

  /// The transpose; its columns rise within a row, and entries of one cell keep their order.
  ///
  /// - Complexity: O(rows + columns + entries).
  package func transposed(threads: Int) -> CSRMatrix {
    let counting = CountingSort(keys: columns, keyCount: columnCount, threads: threads)
    let target = Buffer<Int32>(uninitialized: entryCount)
    let moving = MovingNumbers(values: values, weights: weights)
    counting.forEachWorker { owned in
      let (cursors, sink, source) = (counting.cursors.pointer, target.pointer, columns.pointer)
      moving.withMove { move in
        for row in 0..<rowCount {
          for entry in entries(ofRow: row) where owned.contains(source[entry]) {
            let column = Int(source[entry])
            let position = Int(cursors[column])
            cursors[column] += 1
            sink[position] = Int32(truncatingIfNeeded: row)
            move(entry, position)
          }
        }
      }
    }
    return CSRMatrix(
      rowCount: columnCount, columnCount: rowCount, rowStarts: counting.starts, columns: target,
      values: moving.newValues, weights: moving.newWeights)
  }
}

/// The values and weights of entries on their way to other places.
private struct MovingNumbers<Value: BitwiseCopyable & Sendable>: Sendable {
  let values, newValues: Buffer<Value>?
  let weights, newWeights: Buffer<Float>?

  init(values: Buffer<Value>?, weights: Buffer<Float>?) {
    (self.values, self.weights) = (values, weights)
    newValues = values.map { Buffer(uninitialized: $0.count) }
    newWeights = weights.map { Buffer(uninitialized: $0.count) }
  }

  /// Calls `loop` once, with what moves the numbers of an entry to a place: a loop of its own for each case, because
  /// entries are many.
  @inline(__always)
  func withMove(_ loop: (_ move: (_ entry: Int, _ place: Int) -> Void) -> Void) {
    let (from, to) = (values?.pointer, newValues?.pointer)
    if let weights = weights?.pointer, let newWeights = newWeights?.pointer {
      loop { entry, place in
        if let from, let to { to[place] = from[entry] }
        newWeights[place] = weights[entry]
      }
    } else if let from, let to {
      loop { entry, place in to[place] = from[entry] }
    } else {
      loop { _, _ in }
    }
  }
}

/// The counts and write cursors of a stable counting sort by key, with the keys divided among workers.
struct CountingSort: Sendable {
  let starts: Buffer<Int64>
  /// Where the next entry of each key goes.
  let cursors: Buffer<Int64>
  private let bounds: [Int32]

  /// More workers than this would only read the keys more often.
  private static let mostWorkers = 8

  init(keys: Buffer<Int32>, keyCount: Int, threads: Int) {
    let workers = max(1, min(threads, Self.mostWorkers, keyCount))
    let counts = Buffer<Int64>(repeating: 0, count: keyCount + 1)
    let even = (0...workers).map { Int32(keyCount * $0 / workers) }
    parallelForEachChunk(of: workers, size: 1, workers: workers) { chunk, _ in
      let owned = KeyRange(even[chunk.lowerBound], even[chunk.lowerBound + 1])
      let counter = counts.pointer + 1
      for key in keys.elements where owned.contains(key) { counter[Int(key)] += 1 }
    }
    for key in 0..<keyCount { counts.pointer[key + 1] += counts.pointer[key] }
    starts = counts
    cursors = Buffer(uninitialized: keyCount + 1)
    cursors.pointer.initialize(from: counts.pointer, count: keyCount + 1)
    // Ranges of keys with about the same number of entries.
    let entries = counts.elements
    bounds = (0...workers).map { part in
      let goal = Int64(keys.count * part / workers)
      return part == workers ? Int32(keyCount) : Int32(entries.partitioningIndex { $0 >= goal })
    }
  }

  /// Calls `body` on one worker for each range of keys.
  func forEachWorker(_ body: @Sendable (KeyRange) -> Void) {
    let workers = bounds.count - 1
    parallelForEachChunk(of: workers, size: 1, workers: workers) { chunk, _ in
      body(KeyRange(bounds[chunk.lowerBound], bounds[chunk.lowerBound + 1]))
    }
  }
}

/// A range of keys whose membership test is one comparison.
struct KeyRange {
  private let lower: UInt32
  private let count: UInt32

  init(_ lower: Int32, _ upper: Int32) {
    self.lower = UInt32(bitPattern: lower)
    count = UInt32(bitPattern: upper) &- self.lower
  }

  @inline(__always)
  func contains(_ key: Int32) -> Bool { UInt32(bitPattern: key) &- lower < count }
}
