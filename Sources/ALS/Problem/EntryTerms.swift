package import ALSDense

/// What an observed entry puts into the problem of a row: functions that are linear in its weight q and its value r, which
/// are the same where entries have one number only.
///
///     w = w0 + w1·q        w·t = (t0 + t1·r)·s − w·o
///
/// with s the root of the fixed row's density, where the problem is written in coordinates that have been multiplied by
/// that, and o the fixed side's bias, 0 without biases.
package struct EntryTerms: BitwiseCopyable, Sendable {
  var weight: (constant: Double, slope: Double)
  var target: (constant: Double, slope: Double)

  package init(weight: (constant: Double, slope: Double), target: (constant: Double, slope: Double)) {
    (self.weight, self.target) = (weight, target)
  }

  /// The same with w and w·t times so much.
  func scaled(weight factor: Double, target targetFactor: Double) -> EntryTerms {
    EntryTerms(
      weight: (factor * weight.constant, factor * weight.slope),
      target: (targetFactor * target.constant, targetFactor * target.slope))
  }

  /// Writes `w` and `w·t` of `entries`.
  package func write<Element: Scalar, Fixed: Scalar>(
    _ entries: RowEntries<Fixed>, weights: UnsafeMutablePointer<Element>, targets: UnsafeMutablePointer<Element>
  ) {
    let (w0, w1) = (Element(weight.constant), Element(weight.slope))
    let (t0, t1) = (Element(target.constant), Element(target.slope))
    if let values = entries.values {
      for entry in 0..<entries.count {
        let value = Element(values[entry])
        weights[entry] = w0 + w1 * value
        targets[entry] = t0 + t1 * value
      }
    } else {
      weights.update(repeating: w0 + w1, count: entries.count)
      targets.update(repeating: t0 + t1, count: entries.count)
    }
    if let own = entries.weights {
      for entry in 0..<entries.count { weights[entry] = w0 + w1 * Element(own[entry]) }
    }
    if let scales = entries.scales {
      for entry in 0..<entries.count { targets[entry] *= Element(scales[Int(entries.columns[entry])]) }
    }
    guard let offsets = entries.offsets else { return }
    for entry in 0..<entries.count {
      targets[entry] -= weights[entry] * Element(offsets[Int(entries.columns[entry])])
    }
  }
}

/// Consecutive entries of one row, over fixed rows of `Fixed`.
package struct RowEntries<Fixed> {
  package let columns: UnsafePointer<Int32>
  /// `nil` when all are one.
  let values: UnsafePointer<Float>?
  /// `nil` when they are the values.
  var weights: UnsafePointer<Float>?
  package let count: Int
  /// √b of the fixed rows, by column; `nil` when they are of no matter.
  var scales: UnsafePointer<Fixed>?
  /// The fixed side's biases, by column; `nil` without biases.
  let offsets: UnsafePointer<Fixed>?

  /// Whether all have the same w and w·t.
  var areAlike: Bool { values == nil && weights == nil && scales == nil && offsets == nil }
}
