import ALSDense
import ALSPlatform

/// One worker's scratch: a block of users, and their scores against a block of items.
final class ScoreBlock<Element: Scalar> {
  private let gathered: Matrix<Element>
  private let scores: Buffer<Element>
  private let stride: Int

  init(users: Int, items: Int, factors: Int) {
    gathered = Matrix(zeros: max(users, 1), factors)
    scores = Buffer(repeating: 0, count: max(users, 1) * max(items, 1))
    stride = max(items, 1)
  }

  /// Copies the users' factors into place.
  func gather(_ users: [Int], from table: Matrix<Element>) {
    for (slot, user) in users.enumerated() {
      gathered.row(slot).update(from: table.row(user), count: table.columnCount)
    }
  }

  /// Scores the first `users` gathered users against `items`, biases of the items included.
  func score(_ users: Int, against items: Range<Int>, of tables: FactorTables<Element>) {
    if let biases = tables.itemBiases {
      for user in 0..<users {
        scores(user, count: items.count).baseAddress?.update(
          from: biases.pointer + items.lowerBound, count: items.count)
      }
    }
    let beta: Element = tables.itemBiases == nil ? 0 : 1
    let k = gathered.columnCount
    if users == 1 {
      Element.gemv(
        transpose: false, rows: items.count, columns: k, alpha: 1, tables.items.row(items.lowerBound), stride: k,
        gathered.row(0), beta: beta, scores.pointer)
    } else {
      Element.gemm(
        transposeA: false, transposeB: true, rows: users, columns: items.count, inner: k,
        alpha: 1, gathered.row(0), strideA: k, tables.items.row(items.lowerBound), strideB: k,
        beta: beta, scores.pointer, strideC: stride)
    }
  }

  /// The scores of the user in `slot`.
  func scores(_ slot: Int, count: Int) -> UnsafeMutableBufferPointer<Element> {
    UnsafeMutableBufferPointer(start: scores.pointer + slot * stride, count: count)
  }
}
