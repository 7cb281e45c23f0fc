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
