/// Whether times are read.
enum TimeReading: Sendable {
  case never
  /// Where there is a column of times; that of known names, or the fourth, if its first field is a time.
  case whereFound
  /// A file without them is an error.
  case always

  init(readsTimes: Bool, areOptional: Bool) { self = !readsTimes ? .never : areOptional ? .whereFound : .always }
}
