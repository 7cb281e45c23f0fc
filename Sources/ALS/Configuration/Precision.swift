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
    open(Float(value).isFinite && (Float(value) == 0) == (value == 0), value.isFinite)
  }

  /// What messages add where a number must be one in this arithmetic.
  var range: String { open(" in the range of single precision", "") }

  /// What is made by one of two expressions, which are mostly the same for either precision.
  func open<Result>(
    _ float: @autoclosure () throws -> Result, _ double: @autoclosure () throws -> Result
  ) rethrows -> Result {
    switch self {
    case .float: try float()
    case .double: try double()
    }
  }
}
