import ALSPlatform

/// Cuts the input into blocks of whole rows, in order; the same for files and pipes.
///
/// Only this part of reading is sequential: it copies bytes and looks for the last row end of a block.
struct BlockReader {
  private var file: ReplayedInput
  let grammar: RowGrammar
  private let blockSize: Int
  private let rowLimit: Int
  /// What was read beyond the last row end.
  private var carry: [UInt8] = []
  private var isAtEnd = false
  private var nextNumber = 0

  /// No row may be much longer than this, unless a test says so.
  static let mostBytesOfRow = 1 << 30

  /// Goes on where `file` is, which is the beginning of a row.
  init(file: ReplayedInput, grammar: RowGrammar, blockSize: Int, rowLimit: Int) {
    self.rowLimit = rowLimit
    self.file = file
    self.grammar = grammar
    self.blockSize = max(blockSize, 1)
  }

  /// No block will be given out any more.
  mutating func stop() {
    isAtEnd = true
    carry = []
  }

  /// Fills `block` with the next rows; `false` when there are none left.
  ///
  /// - Throws: `ALSError` when reading fails or a row is too long; the block then has its number, but no rows.
  mutating func read(into block: Block) throws -> Bool {
    block.count = 0
    guard !isAtEnd || !carry.isEmpty else { return false }
    block.number = nextNumber
    nextNumber += 1
    var goal = max(blockSize, carry.count)
    block.reserve(goal + 1)
    carry.withUnsafeBufferPointer { bytes in
      if let start = bytes.baseAddress { block.base.update(from: start, count: bytes.count) }
    }
    block.count = carry.count
    carry.removeAll(keepingCapacity: true)
    while true {
      do {
        try fill(block, upTo: goal)
      } catch {
        block.count = 0
        stop()
        throw error
      }
      if isAtEnd {
        if block.count > 0, block.end[-1] != RowGrammar.lineFeed {
          block.base[block.count] = RowGrammar.lineFeed
          block.count += 1
        }
        return block.count > 0
      }
      if let feed = grammar.lastRowEnd(block.start, end: block.end) {
        carry.append(contentsOf: UnsafeBufferPointer(start: feed + 1, count: block.end - (feed + 1)))
        block.count = feed + 1 - block.start
        return true
      }
      guard goal < rowLimit else {
        block.count = 0
        stop()
        throw RowTooLong()
      }
      goal *= 2
      block.reserve(goal + 1)
    }
  }

  private mutating func fill(_ block: Block, upTo goal: Int) throws {
    guard !isAtEnd, block.count < goal else { return }
    let free = UnsafeMutableRawBufferPointer(start: block.base + block.count, count: goal - block.count)
    let got = try file.fill(free)
    block.count += got
    isAtEnd = got < free.count
  }
}

/// A row, or a quote, went on for longer than any row should.
struct RowTooLong: Error {}
