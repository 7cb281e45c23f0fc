/// The arithmetic that a model is trained in and stored with.
public enum Precision: String, CaseIterable, Hashable, Codable, Sendable {
  /// 32-bit: enough for every published recipe, and twice as fast.
  case float
  /// 64-bit.
  case double
}

extension Precision {
  /// Whether `value` is a number in this arithmetic: neither infinite nor lost to zero.
  func holds(_ value: Double) -> Bool {
    switch self {
    case .float: Float(value).isFinite && (Float(value) == 0) == (value == 0)
    case .double: value.isFinite
    }
  }

  /// What messages add where a number must be one in this arithmetic.
  var range: String {
    switch self {
    case .float: " in the range of single precision"
    case .double: ""
    }
  }
}
