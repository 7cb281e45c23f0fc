import ALSPlatform
import ALSSparse

extension Events {
  /// Before the cut is training; at or after it is test, except what its user had before, which is in neither part.
  func labels(cutAt cut: Double, times: Buffer<Double>, threads: Int) throws -> Buffer<UInt8> {
    if count == 0 { return Buffer(uninitialized: 0) }
    let (earliest, latest) = times.elements.reduce((Double.infinity, -Double.infinity)) {
      (min($0.0, $1), max($0.1, $1))
    }
    guard earliest < cut, cut <= latest else {
      throw ALSError(
        .data,
        "no event is \(cut <= earliest ? "before" : "at or after") the cut at \(cut): the times go from \(earliest) to "
          + "\(latest). Choose a moment after the first and up to the last.")
    }
    let known = items(before: cut, times: times, threads: threads)
    return labels(threads: threads) { event, user, item in
      if times.pointer[event] < cut { return Division.Part.training.rawValue }
      let isKnown = known.columns(ofRow: Int(user)).containsSorted(item)
      return (isKnown ? Division.Part.neither : .test).rawValue
    }
  }

  /// The items that each user came to before `cut`, in rising order, some of them repeated.
  private func items(before cut: Double, times: Buffer<Double>, threads: Int) -> CSRMatrix<Float> {
    let select = SelectedElements(of: count, threads: threads) { times.pointer[$0] < cut }
    let before = CSRMatrix<Float>.grouping(
      rowCount: users.count, columnCount: items.count, rows: select(userIndices), columns: select(itemIndices),
      values: nil, threads: threads)
    parallelForEachChunk(of: before.rowCount, size: 256, workers: threads) { rows, _ in
      for row in rows {
        let entries = before.entries(ofRow: row)
        var cells = UnsafeMutableBufferPointer(start: before.columns.pointer + entries.lowerBound, count: entries.count)
        cells.sort()
      }
    }
    return before
  }

  /// The latest moment such that at least ⌊`fraction` · `count`⌋ events, and one at least, are at or after it.
  func moment(ofLatest fraction: Double, times: Buffer<Double>) throws -> Double {
    guard count > 0 else { return 0 }
    let sorted = times.elements.sorted()
    let cut = sorted[count - max(share(fraction, of: count), 1)]
    guard cut > sorted[0] else {
      throw ALSError(
        .data,
        "no cut in time leaves anything to train on: the events from the earliest moment, \(sorted[0]), are among the "
          + "latest \(fraction) of all. Choose a smaller fraction, or another method.")
    }
    return cut
  }
}
