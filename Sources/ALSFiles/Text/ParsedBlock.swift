import ALSPlatform
import ALSSparse

/// The columns of a block of rows, as codes of the worker that parsed them, or the failure of its first bad row.
///
/// Written by its worker, then read once by whoever joins the blocks.
final class ParsedBlock: @unchecked Sendable {
  let number: Int
  let worker: Int
  /// How many lines the block takes.
  let lineCount: Int
  var rowCount = 0
  var failure: RowFailure?
  /// Of the values, where commas may be decimal.
  var decimals = DecimalMarks()
  var weightMarks = WeightMarks()
  private(set) var users: Buffer<Int32>?
  private(set) var items: Buffer<Int32>?
  private(set) var values: Buffer<Float>?
  private(set) var times: Buffer<Double>?
  private(set) var weights: Buffer<Float>?
  /// Where the columns are, when they are on disk instead of in memory.
  private(set) var place: Int?

  /// A block whose rows could not be read.
  init(number: Int, worker: Int, failure: RowFailure) {
    self.number = number
    self.worker = worker
    self.failure = failure
    lineCount = 0
  }

  /// Memory for so many rows, by default as many as there are lines.
  init(number: Int, worker: Int, lineCount: Int, capacity: Int? = nil, channels: EventChannels) {
    self.number = number
    self.worker = worker
    self.lineCount = lineCount
    let capacity = capacity ?? lineCount
    users = Buffer(uninitialized: capacity)
    items = Buffer(uninitialized: capacity)
    values = channels.contains(.values) ? Buffer(uninitialized: capacity) : nil
    times = channels.contains(.times) ? Buffer(uninitialized: capacity) : nil
    weights = channels.contains(.weights) ? Buffer(uninitialized: capacity) : nil
  }

  func noteUnknownType(_ type: UnsafeBufferPointer<UInt8>, line: @autoclosure () -> Int) {
    let name = String(decoding: type, as: UTF8.self)
    if !weightMarks.isKnownToBeUnknown(name) { weightMarks.addUnknownType(name, line: line()) }
  }

  /// Notes what ages are to be made of.
  func noteTimes(asOf: Double?) {
    if let times {
      weightMarks.times = TimeSpan(UnsafeBufferPointer(rebasing: times.elements[..<rowCount]), asOf: asOf)
    }
  }

  /// Moves the rows to `columns`, from row `offset` on, with weights by their age, and gives the memory back.
  func move(
    to columns: EventColumns, at offset: Int, users userTable: MergedTokens, items itemTable: MergedTokens,
    decay: TimeDecay?
  ) {
    translate(&users, to: columns.users.pointer + offset, indices: userTable.indices[worker])
    translate(&items, to: columns.items.pointer + offset, indices: itemTable.indices[worker])
    if let values, let target = columns.values {
      (target.pointer + offset).update(from: values.pointer, count: rowCount)
    }
    values = nil
    if let target = columns.weights {
      EventColumns.weigh(target.pointer + offset, rowCount, from: weights?.pointer, times: times?.pointer, decay)
    }
    weights = nil
    if let times, let target = columns.times { (target.pointer + offset).update(from: times.pointer, count: rowCount) }
    times = nil
  }

  /// Moves the rows to disk.
  func spill(to scratch: ScratchFile) throws {
    guard let users, let items else { return }
    place = try EventColumns(users: users, items: items, values: values, times: times, weights: weights)
      .prefix(rowCount).write(to: scratch)
    drop()
  }

  /// Forgets the rows, but not how many there were.
  func drop() { (users, items, values, times, weights) = (nil, nil, nil, nil, nil) }

  private func translate(_ codes: inout Buffer<Int32>?, to target: UnsafeMutablePointer<Int32>, indices: Buffer<Int32>)
  {
    guard let source = codes?.pointer else { return }
    let table = indices.pointer
    for row in 0..<rowCount { target[row] = table[Int(source[row])] }
    codes = nil
  }
}
