import ALSPlatform

/// Where numbers with a decimal point, and with a decimal comma, come first: in one file there may be one of them, because
/// beside the other it may stand for thousands.
struct DecimalMarks {
  /// Lines before the first number of each kind.
  var point: Int?
  var comma: Int?

  /// Goes on with the marks of a block after `linesBefore` lines; an error when both kinds have come.
  mutating func conflict(with other: DecimalMarks, of path: String, linesBefore: Int) -> ALSError? {
    point = point ?? other.point.map { linesBefore + $0 }
    comma = comma ?? other.comma.map { linesBefore + $0 }
    guard let point, let comma else { return nil }
    return ALSError(
      .data,
      "line \(max(point, comma) + 1): the value has a decimal \(point < comma ? "comma" : "point"), but that of line "
        + "\(min(point, comma) + 1) has a \(point < comma ? "point" : "comma"). Write all values alike.", at: path)
  }
}
