#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The number that `text` spells in decimal, correctly rounded, or `nil` when it is not one.
///
/// Digits with an optional sign, point and exponent, as `strtod` in the C locale reads them. "nan", "inf" and
/// "infinity" in any case give what they say, so that callers can tell them from garbage.
///
/// - Complexity: O(length); numbers of up to 15 digits, and most up to 19, never reach `strtod`.
package func decimalNumber(_ text: UnsafeBufferPointer<UInt8>) -> Double? {
  guard let start = text.baseAddress else { return nil }
  let end = start + text.count
  var byte = start
  var isNegative = false
  if byte < end, byte[0] == UInt8(ascii: "-") || byte[0] == UInt8(ascii: "+") {
    isNegative = byte[0] == UInt8(ascii: "-")
    byte += 1
  }
  let firstDigit = byte
  var mantissa: UInt64 = 0
  while byte < end, let digit = decimalDigit(byte[0]) {
    mantissa = mantissa &* 10 &+ digit
    byte += 1
  }
  var digits = byte - firstDigit
  var exponent = 0
  if byte < end, byte[0] == UInt8(ascii: ".") {
    byte += 1
    let firstFraction = byte
    while byte < end, let digit = decimalDigit(byte[0]) {
      mantissa = mantissa &* 10 &+ digit
      byte += 1
    }
    exponent = firstFraction - byte
    digits -= exponent
  }
  if digits == 0 { return spelledOutNumber(text) }
  if byte < end, byte[0] | 0x20 == UInt8(ascii: "e") {
    byte += 1
    guard let power = decimalExponent(&byte, end) else { return nil }
    exponent += power
  }
  guard byte == end else { return nil }
  // Both operands are exact, so one rounding is all there is.
  if digits <= 19, mantissa <= 1 << 53, (-22...22).contains(exponent) {
    let magnitude =
      exponent < 0 ? Double(mantissa) / exactPowersOfTen[-exponent] : Double(mantissa) * exactPowersOfTen[exponent]
    return isNegative ? -magnitude : magnitude
  }
  return withUnsafeTemporaryAllocation(of: CChar.self, capacity: text.count + 1) { copy in
    for (index, byte) in text.enumerated() { copy[index] = CChar(bitPattern: byte) }
    copy[text.count] = 0
    return copy.baseAddress.map { strtod($0, nil) }
  }
}

/// The number that `text` spells with a comma for the point, or `nil` when it is not one.
func numberWithDecimalComma(_ text: UnsafeBufferPointer<UInt8>) -> Double? {
  let comma = UInt8(ascii: ",")
  guard text.count(where: { $0 == comma }) == 1, !text.contains(UInt8(ascii: ".")) else { return nil }
  return text.map { $0 == comma ? UInt8(ascii: ".") : $0 }.withUnsafeBufferPointer { decimalNumber($0) }
}

@inline(__always)
func decimalDigit(_ byte: UInt8) -> UInt64? {
  let digit = byte &- UInt8(ascii: "0")
  return digit < 10 ? UInt64(digit) : nil
}

/// The exponent at `byte`, which moves past it; beyond a bound where every number is zero or infinite it stays there.
private func decimalExponent(_ byte: inout UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>) -> Int? {
  var isNegative = false
  if byte < end, byte[0] == UInt8(ascii: "-") || byte[0] == UInt8(ascii: "+") {
    isNegative = byte[0] == UInt8(ascii: "-")
    byte += 1
  }
  let first = byte
  var power = 0
  while byte < end, let digit = decimalDigit(byte[0]) {
    power = min(power * 10 + Int(digit), 1 << 40)
    byte += 1
  }
  return byte == first ? nil : isNegative ? -power : power
}

private func spelledOutNumber(_ text: UnsafeBufferPointer<UInt8>) -> Double? {
  guard text.count <= 9 else { return nil }
  switch String(decoding: text, as: UTF8.self).lowercased() {
  case "nan", "+nan", "-nan": return .nan
  case "inf", "+inf", "infinity", "+infinity": return .infinity
  case "-inf", "-infinity": return -.infinity
  default: return nil
  }
}

private func powersOfTen() -> UnsafePointer<Double> {
  let powers = UnsafeMutablePointer<Double>.allocate(capacity: 23)
  var power = 1.0
  for exponent in 0...22 {
    powers[exponent] = power
    power *= 10
  }
  return UnsafePointer(powers)
}

/// 10⁰ to 10²², which a double holds exactly; never freed.
nonisolated(unsafe) private let exactPowersOfTen = powersOfTen()
