#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif
import ALSFiles
import ALSPlatform
import Testing

@Suite struct DecimalNumberTests {
  private func number(_ text: String) -> Double? { Array(text.utf8).withUnsafeBufferPointer { decimalNumber($0) } }
  private func time(_ text: String) -> Double? { Array(text.utf8).withUnsafeBufferPointer { timestamp($0) } }

  @Test(arguments: 0..<8) func agreesWithStrtod(seed: Int) {
    var generator = RandomGenerator(seed: UInt64(seed))
    var different: [String] = []
    for _ in 0..<300_000 {
      let text = Self.randomNumber(&generator)
      if number(text)?.bitPattern != strtod(text, nil).bitPattern { different.append(text) }
    }
    #expect(different.isEmpty, "\(different.prefix(10))")
  }

  private static func randomNumber(_ generator: inout RandomGenerator) -> String {
    func digits(_ most: Int) -> String {
      let count = generator.nextIndex(below: most + 1)
      return String((0..<count).map { _ in Character(Unicode.Scalar(UInt8(48 + generator.nextIndex(below: 10)))) })
    }
    switch generator.nextIndex(below: 4) {
    case 0:
      return
        "\(Double(bitPattern: generator.next() & ~(0x7FF << 52) | (UInt64(generator.nextIndex(below: 2047)) << 52)))"
    case 1: return "\(Float(generator.nextUniform() * 100))"
    default:
      let sign = ["", "-", "+"][generator.nextIndex(below: 3)]
      var whole = digits(generator.nextIndex(below: 2) == 0 ? 4 : 21)
      let hasPoint = generator.nextIndex(below: 2) == 0
      let fraction = hasPoint ? digits(generator.nextIndex(below: 2) == 0 ? 3 : 20) : ""
      if whole.isEmpty && fraction.isEmpty { whole = "0" }
      let mantissa = sign + whole + (hasPoint ? "." : "") + fraction
      guard generator.nextIndex(below: 3) == 0 else { return mantissa }
      let exponent = generator.nextIndex(below: generator.nextIndex(below: 2) == 0 ? 30 : 400)
      return mantissa + ["e", "E"][generator.nextIndex(below: 2)] + ["", "-", "+"][generator.nextIndex(below: 3)]
        + "\(exponent)"
    }
  }

  @Test(arguments: [
    "", "-", "+", ".", "-.", "e5", "1e", "1e+", "1.2.3", "0x10", "1_000", "1,5", "12a", " 1", "1 ", "--1", "1e5.0",
    "na",
    "infinit", "nan(1)", "١",
  ]) func rejects(text: String) { #expect(number(text) == nil) }

  @Test(arguments: ["nan", "NaN", "-NAN"]) func spellsNaN(text: String) throws {
    #expect(try #require(number(text)).isNaN)
  }

  @Test func spellsInfinity() {
    for text in ["inf", "INF", "+Infinity", "1e999", "1e99999999999999999999999"] { #expect(number(text) == .infinity) }
    for text in ["-inf", "-INFINITY", "-1e999"] { #expect(number(text) == -.infinity) }
    #expect(number("0e99999999999999999999999") == 0)
    #expect(number("1e-99999999999999999999999") == 0)
    #expect(number("-0")?.sign == .minus)
    #expect(number("000000000000000000000000000000012.50") == 12.5)
  }

  @Test(arguments: [
    ("0", 0), ("1232035832", 1_232_035_832), ("8.5e8", 8.5e8), ("1970-01-01", 0), ("2000-02-29", 951_782_400),
    ("2024-05-31 12:00", 1_717_156_800), ("2024-05-31T12:00:01", 1_717_156_801),
    ("2024-05-31 12:00:01.25", 1_717_156_801.25),
    ("2024-05-31T12:00:00Z", 1_717_156_800), ("2024-05-31T12:00:00+02:00", 1_717_149_600),
    ("2024-05-31T12:00:00.5-05:30", 1_717_176_600.5), ("1969-12-31 23:59:59", -1), ("1600-01-01", -11_676_096_000),
    ("2016-12-31T23:59:60Z", 1_483_228_800), ("0001-01-01", -62_135_596_800), ("0000-03-01", -62_162_035_200),
  ]) func readsTimes(text: String, seconds: Double) { #expect(time(text) == seconds) }

  @Test(arguments: [
    "", "2024", "2024-", "2024-5-31", "2023-02-29", "1900-02-29", "2024-13-01", "2024-00-01", "2024-01-00",
    "2024-01-32",
    "2024-01-01 ", "2024-01-01 12", "2024-01-01 24:00", "2024-01-01 12:60", "2024-01-01 12:00:61",
    "2024-01-01 12:00:00.",
    "2024-01-01 12:00+2", "2024-01-01 12:00+02:00x", "2024-01-01x", "31.05.2024", "yesterday", "2024-01-01 12:00 Z",
  ]) func rejectsTimes(text: String) { #expect(time(text) == Double(text)) }
}
