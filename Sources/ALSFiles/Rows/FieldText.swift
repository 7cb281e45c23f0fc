/// The shortest text that reads back as `value`; without a point when it is a whole number.
func decimal(_ value: Float) -> String {
  if let whole = Int32(exactly: value), value.sign == .plus || whole != 0 { return String(whole) }
  return "\(value)"
}

/// The same in double precision.
func decimal(_ value: Double) -> String {
  if let whole = Int64(exactly: value), value.sign == .plus || whole != 0 { return String(whole) }
  return "\(value)"
}

/// The text as one field, quoted where it has to be.
func quoted(_ text: String, _ delimiter: Character) -> String {
  let special: Set<Character> = [delimiter, "\"", "\n", "\r", "\r\n"]
  guard text.contains(where: special.contains) || text.first == " " || text.last == " " else { return text }
  return "\"" + text.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
}
