/// A number type that safetensors knows, with its name there.
protocol SafetensorsElement: BitwiseCopyable, Sendable {
  static var dtype: String { get }
}

extension Float: SafetensorsElement {
  static var dtype: String { "F32" }
}

extension Double: SafetensorsElement {
  static var dtype: String { "F64" }
}

extension Int32: SafetensorsElement {
  static var dtype: String { "I32" }
}

extension Int64: SafetensorsElement {
  static var dtype: String { "I64" }
}

extension UInt8: SafetensorsElement {
  static var dtype: String { "U8" }
}
