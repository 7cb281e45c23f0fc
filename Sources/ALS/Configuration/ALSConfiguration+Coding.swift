/// In files a configuration is one flat object: its kind as `feedback`, and each parameter by its name.
///
/// What is missing has the default of versions that did not know it. Versions before 0.2 wrapped the parameters in an
/// object named after the kind.
extension ALSConfiguration: Codable {
  private static var feedback: ParameterKey { ParameterKey("feedback") }

  /// Reads the form that ``encode(to:)`` writes, and those before it.
  public init(from decoder: any Decoder) throws { try self.init(from: decoder, feedback: nil) }

  /// The same where the kind may be said elsewhere, as in logs of trials before 0.2.
  package init(from decoder: any Decoder, feedback elsewhere: String?) throws {
    var container = try decoder.container(keyedBy: ParameterKey.self)
    var feedback = try container.decodeIfPresent(String.self, forKey: Self.feedback) ?? elsewhere
    for kind in AnyLoss.Feedback.allCases where container.contains(ParameterKey(kind.rawValue)) {
      let wrapper = try container.nestedContainer(keyedBy: ParameterKey.self, forKey: ParameterKey(kind.rawValue))
      container = try wrapper.nestedContainer(keyedBy: ParameterKey.self, forKey: ParameterKey("_0"))
      feedback = kind.rawValue
    }
    let kind = try feedback.map { name in
      guard let kind = AnyLoss.Feedback(rawValue: name) else {
        throw DecodingError.dataCorruptedError(
          forKey: Self.feedback, in: container, debugDescription: "feedback is \(name)")
      }
      return AnyLoss(kind)
    }
    guard let loss = Loss(kind ?? Loss().any) else {
      throw DecodingError.dataCorruptedError(
        forKey: Self.feedback, in: container, debugDescription: "feedback is of another kind")
    }
    self.init(loss)
    try decode(container)
  }

  /// Writes all parameters.
  public func encode(to encoder: any Encoder) throws {
    let configuration = any
    var container = encoder.container(keyedBy: ParameterKey.self)
    try container.encode(configuration.loss.feedback.rawValue, forKey: Self.feedback)
    for parameter in configuration.parameters { try parameter.encode(configuration, &container) }
  }

  private mutating func decode(_ container: KeyedDecodingContainer<ParameterKey>) throws {
    var configuration = any
    func decodeLoss() throws {
      for parameter in configuration.loss.parameters { try parameter.of(\.loss).decode(&configuration, container) }
    }
    try decodeLoss()
    // Defaults that depend on the form of the loss, and on the loss, are those of what has been read.
    configuration.loss = configuration.loss.withDefaults
    try decodeLoss()
    configuration = ModelConfiguration(configuration.loss)
    for parameter in ModelConfiguration.commonParameters { try parameter.decode(&configuration, container) }
    guard let decoded = Self(configuration) else { preconditionFailure("the kind has been looked at") }
    self = decoded
  }
}
