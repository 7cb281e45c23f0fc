/// A parameter of a configuration: its name in files and on the command line, and what it may be.
package struct Parameter<Root>: Sendable {
  /// Its name in files.
  let key: String
  /// Its name on the command line and in logs; `nil` when it has none.
  package let option: String?
  /// What a configuration says of it; `nil` where it is left open, and empty where it is that of another parameter.
  package let text: @Sendable (Root) -> String?
  /// Throws when it is out of its range.
  let check: @Sendable (Root, Precision) throws -> Void
  let encode: @Sendable (Root, inout KeyedEncodingContainer<ParameterKey>) throws -> Void
  /// Takes what is there; what a version did not know yet stays as it is.
  let decode: @Sendable (inout Root, KeyedDecodingContainer<ParameterKey>) throws -> Void

  /// A parameter that must be in a range.
  ///
  /// - Parameters:
  ///   - path: Where it is.
  ///   - key: Its name in files.
  ///   - option: Its name on the command line; the key's when `nil`, none when empty.
  ///   - range: What messages say that it must be.
  ///   - arithmetic: Whether it must be a number of the configuration's precision.
  ///   - isIncluded: Whether a value is in the range.
  init<Value: Codable & Sendable>(
    _ path: WritableKeyPath<Root, Value> & Sendable, _ key: String, option: String? = nil, _ range: String = "",
    arithmetic: Bool = false, where isIncluded: @escaping @Sendable (Value) -> Bool = { _ in true }
  ) {
    self.init(
      path, key, option: option, text: Self.text,
      check: { try Self.require($0, key, range, $1, arithmetic: arithmetic, where: isIncluded) })
  }

  /// The same with `nil` for one that is left open, or that is then the same as another one.
  init<Value: Codable & Sendable>(
    _ path: WritableKeyPath<Root, Value?> & Sendable, _ key: String, option: String? = nil, _ range: String,
    arithmetic: Bool = false, defaultsToAnother: Bool = false, where isIncluded: @escaping @Sendable (Value) -> Bool
  ) {
    self.init(
      path, key, option: option, text: { $0.map(Self.text) ?? (defaultsToAnother ? "" : nil) },
      check: { value, precision in
        if let value { try Self.require(value, key, range, precision, arithmetic: arithmetic, where: isIncluded) }
      })
  }

  /// As options and files spell it.
  private static func text<Value>(_ value: Value) -> String {
    (value as? any RawRepresentable).map { "\($0.rawValue)" } ?? "\(value)"
  }

  private static func require<Value>(
    _ value: Value, _ key: String, _ range: String, _ precision: Precision, arithmetic: Bool,
    where isIncluded: (Value) -> Bool
  ) throws {
    let holds = !arithmetic || (value as? Double).map(precision.holds) ?? true
    try ALS.require(isIncluded(value) && holds, key, "\(value)", range + (arithmetic ? precision.range : ""))
  }

  private init<Value: Codable & Sendable>(
    _ path: WritableKeyPath<Root, Value> & Sendable, _ key: String, option: String?,
    text: @escaping @Sendable (Value) -> String?, check: @escaping @Sendable (Value, Precision) throws -> Void
  ) {
    self.key = key
    self.option =
      option == "" ? nil : option ?? key.map { $0.isUppercase ? "-\($0.lowercased())" : String($0) }.joined()
    self.text = { text($0[keyPath: path]) }
    self.check = { try check($0[keyPath: path], $1) }
    encode = { try $1.encode($0[keyPath: path], forKey: ParameterKey(key)) }
    decode = { root, container in
      if container.contains(ParameterKey(key)) {
        root[keyPath: path] = try container.decode(Value.self, forKey: ParameterKey(key))
      }
    }
  }

  /// The same parameter of what `path` leads to.
  func of<Outer>(_ path: WritableKeyPath<Outer, Root> & Sendable) -> Parameter<Outer> {
    Parameter<Outer>(
      key: key, option: option, text: { text($0[keyPath: path]) }, check: { try check($0[keyPath: path], $1) },
      encode: { try encode($0[keyPath: path], &$1) }, decode: { try decode(&$0[keyPath: path], $1) })
  }

  /// The same, which files only hold where it is not what versions had that did not know it; where it is, nothing needs to
  /// be said of it when it `isRare`.
  func omitted(isRare: Bool = false, where isOld: @escaping @Sendable (Root) -> Bool) -> Parameter {
    Parameter(
      key: key, option: option, text: { isRare && isOld($0) ? "" : text($0) }, check: check,
      encode: { if !isOld($0) { try encode($0, &$1) } }, decode: decode)
  }

  private init(
    key: String, option: String?, text: @escaping @Sendable (Root) -> String?,
    check: @escaping @Sendable (Root, Precision) throws -> Void,
    encode: @escaping @Sendable (Root, inout KeyedEncodingContainer<ParameterKey>) throws -> Void,
    decode: @escaping @Sendable (inout Root, KeyedDecodingContainer<ParameterKey>) throws -> Void
  ) {
    (self.key, self.option, self.text) = (key, option, text)
    (self.check, self.encode, self.decode) = (check, encode, decode)
  }
}

/// A parameter's name in a file.
struct ParameterKey: CodingKey {
  let stringValue: String
  var intValue: Int? { nil }

  init(_ name: String) { stringValue = name }
  init(stringValue: String) { self.init(stringValue) }
  init?(intValue: Int) { nil }
}

func require(_ holds: Bool, _ name: String, _ value: String, _ range: String) throws {
  if !holds { throw ALSError(.configuration, "\(name) is \(value), but it must be \(range).") }
}
