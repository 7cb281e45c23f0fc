extension UnsafeBufferPointer<Int32> {
  /// Whether `value` is among these elements, which rise.
  ///
  /// - Complexity: O(log `count`).
  func containsSorted(_ value: Int32) -> Bool {
    var (low, high) = (0, count)
    while low < high {
      let middle = low + (high - low) / 2
      if self[middle] < value { low = middle + 1 } else { high = middle }
    }
    return low < count && self[low] == value
  }
}
