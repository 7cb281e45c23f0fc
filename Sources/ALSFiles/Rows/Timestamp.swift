/// The time that `text` stands for: a number as it is, or a date as seconds since 1970 in UTC; `nil` when it is neither.
///
/// Dates are `YYYY-MM-DD`, with `HH:MM`, `HH:MM:SS` or `HH:MM:SS.fff` after a space or `T` if they have a time of day,
/// and after that `Z` or an offset such as `+02:00`. Without an offset they are taken to be UTC.
package func timestamp(_ text: UnsafeBufferPointer<UInt8>) -> Double? {
  if let number = decimalNumber(text) { return number }
  var cursor = DateCursor(text: text)
  guard let year = cursor.number(digits: 4), cursor.take("-"), let month = cursor.number(digits: 2), cursor.take("-"),
    let day = cursor.number(digits: 2), (1...12).contains(month), (1...dayCount(month, year)).contains(day)
  else { return nil }
  var seconds = Double(daysSince1970(year, month, day) * 86400)
  if cursor.isAtEnd { return seconds }
  guard cursor.take(" ") || cursor.take("T"), let clock = cursor.clock() else { return nil }
  seconds += clock
  if cursor.isAtEnd || (cursor.take("Z") && cursor.isAtEnd) { return seconds }
  let isWest = cursor.take("-")
  guard isWest || cursor.take("+"), let hours = cursor.number(digits: 2), cursor.take(":"),
    let minutes = cursor.number(digits: 2), hours < 24, minutes < 60, cursor.isAtEnd
  else { return nil }
  let offset = Double(hours * 3600 + minutes * 60)
  return isWest ? seconds + offset : seconds - offset
}

private struct DateCursor {
  let text: UnsafeBufferPointer<UInt8>
  private var position = 0

  init(text: UnsafeBufferPointer<UInt8>) { self.text = text }

  var isAtEnd: Bool { position == text.count }

  mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard position < text.count, text[position] == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  /// A number of exactly that many digits.
  mutating func number(digits: Int) -> Int? {
    guard text.count - position >= digits else { return nil }
    var number = 0
    for _ in 0..<digits {
      guard let digit = decimalDigit(text[position]) else { return nil }
      number = number * 10 + Int(digit)
      position += 1
    }
    return number
  }

  /// Seconds since midnight; a leap second counts as the next minute's first.
  mutating func clock() -> Double? {
    guard let hours = number(digits: 2), take(":"), let minutes = number(digits: 2), hours < 24, minutes < 60 else {
      return nil
    }
    var seconds = Double(hours * 3600 + minutes * 60)
    guard take(":") else { return seconds }
    guard let whole = number(digits: 2), whole <= 60 else { return nil }
    seconds += Double(whole)
    guard take(".") else { return seconds }
    let first = position
    while position < text.count, decimalDigit(text[position]) != nil { position += 1 }
    guard position > first else { return nil }
    return decimalNumber(UnsafeBufferPointer(rebasing: text[(first - 1)..<position])).map { seconds + $0 }
  }
}

private func dayCount(_ month: Int, _ year: Int) -> Int {
  let isLeap = year.isMultiple(of: 4) && (!year.isMultiple(of: 100) || year.isMultiple(of: 400))
  return [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]
}

/// Days of the proleptic Gregorian calendar.
private func daysSince1970(_ year: Int, _ month: Int, _ day: Int) -> Int {
  let before = year - 1
  let leapDays = year > 0 ? before / 4 - before / 100 + before / 400 : -1
  let daysOfEarlierMonths = (1..<month).reduce(0) { $0 + dayCount($1, year) }
  return before * 365 + leapDays + daysOfEarlierMonths + day - 1 - 719_162
}

/// A time beyond this, the year 5138, is not one of seconds.
let latestSeconds = 1e11

/// The moment `seconds` after 1970 began, in UTC: a date, with the time of day unless it is midnight; the number where that
/// would be no date.
func dateText(_ seconds: Double) -> String {
  guard abs(seconds) < latestSeconds, seconds >= Double(daysSince1970(1, 1, 1) * 86_400) else {
    return decimal(seconds)
  }
  let whole = Int(seconds.rounded(.down))
  let day = whole / 86_400 - (whole % 86_400 < 0 ? 1 : 0)
  var (year, rest) = (1970 + (day < 0 ? day / 365 - 1 : day / 366), 0)
  while daysSince1970(year + 1, 1, 1) <= day { year += 1 }
  rest = day - daysSince1970(year, 1, 1)
  var month = 1
  while rest >= dayCount(month, year) { (rest, month) = (rest - dayCount(month, year), month + 1) }
  func digits(_ number: Int, _ count: Int = 2) -> String {
    let text = String(number)
    return String(repeating: "0", count: max(0, count - text.count)) + text
  }
  let date = "\(digits(year, 4))-\(digits(month))-\(digits(rest + 1))"
  let clock = whole - day * 86_400
  if clock == 0 { return date }
  return "\(date)T\(digits(clock / 3600)):\(digits(clock / 60 % 60)):\(digits(clock % 60))Z"
}
