import ArgumentParser

/// A number of bytes, such as 2G, 500M or 65536.
struct ByteCount: ExpressibleByArgument, CustomStringConvertible {
  let bytes: Int

  /// What compiling takes unless the user says otherwise.
  static let standard = ByteCount(bytes: 2 << 30)

  init(bytes: Int) { self.bytes = bytes }

  /// Digits and perhaps a unit: K, M, G or T, powers of 1,024.
  init?(argument: String) {
    let digits = argument.prefix { $0.isASCII && $0.isNumber }
    guard let number = Int(digits), number > 0 else { return nil }
    let unit = argument[digits.endIndex...].uppercased()
    let shifts = ["": 0, "K": 10, "M": 20, "G": 30, "T": 40, "KB": 10, "MB": 20, "GB": 30, "TB": 40]
    guard let shift = shifts[unit], number <= Int.max >> shift else { return nil }
    bytes = number << shift
  }

  var description: String {
    for (unit, shift) in [("G", 30), ("M", 20), ("K", 10)] where bytes % (1 << shift) == 0 {
      return "\(bytes >> shift)\(unit)"
    }
    return String(bytes)
  }
}
