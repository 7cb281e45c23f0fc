package import ALSDense

/// What an observed value r puts into the problem of a row: two functions, both linear in r.
///
///     w = w0 + w1·r        w·t = t0 + t1·r − w·o
///
/// with o the fixed side's bias, 0 without biases.
package struct EntryTerms: BitwiseCopyable, Sendable {
  var weight: (constant: Double, slope: Double)
  var target: (constant: Double, slope: Double)

  package init(weight: (constant: Double, slope: Double), target: (constant: Double, slope: Double)) {
    (self.weight, self.target) = (weight, target)
  }

  func scaled(by factor: Double) -> EntryTerms {
    EntryTerms(
      weight: (factor * weight.constant, factor * weight.slope),
      target: (factor * target.constant, factor * target.slope))
  }

  /// Writes `w` and `w·t` of `entries`.
  package func write<Element: Scalar>(
    _ entries: RowEntries, weights: UnsafeMutablePointer<Element>, targets: UnsafeMutablePointer<Element>
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
    guard let offsets = entries.offsets else { return }
    for entry in 0..<entries.count {
      targets[entry] -= weights[entry] * Element(offsets[Int(entries.columns[entry])])
    }
  }
}

/// Consecutive entries of one row.
package struct RowEntries {
  package let columns: UnsafePointer<Int32>
  /// `nil` when all are one.
  let values: UnsafePointer<Float>?
  package let count: Int
  /// The fixed side's biases, by column; `nil` without biases.
  let offsets: UnsafePointer<Double>?
}
