import Foundation

extension BinaryInteger {
  /// With separators: 1,234,567.
  var grouped: String {
    let digits = String(magnitude)
    var text = ""
    for (position, digit) in digits.enumerated() {
      if position > 0, (digits.count - position) % 3 == 0 { text.append(",") }
      text.append(digit)
    }
    return self < 0 ? "-" + text : text
  }
}

extension Double {
  /// With `digits` digits after the point.
  func fixed(_ digits: Int) -> String { String(format: "%.\(digits)f", self) }

  /// With at most `digits` significant digits.
  func significant(_ digits: Int) -> String { String(format: "%.\(digits)g", self) }
}

/// Bytes in the unit that fits: "41.9 MB".
func formattedSize(_ bytes: Int) -> String {
  let units = ["B", "kB", "MB", "GB", "TB"]
  var (size, unit) = (Double(bytes), 0)
  while size >= 1000, unit < units.count - 1 { (size, unit) = (size / 1000, unit + 1) }
  return unit == 0 ? "\(bytes) B" : "\(size.significant(3)) \(units[unit])"
}
