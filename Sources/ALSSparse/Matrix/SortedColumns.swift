extension UnsafeBufferPointer<Int32> {
  /// Whether `value` is among these elements, which rise.
  ///
  /// - Complexity: O(log `count`).
  package func containsSorted(_ value: Int32) -> Bool {
    let place = partitioningIndex { $0 >= value }
    return place < count && self[place] == value
  }
}
