import ALSPlatform

extension RankingMetric: LosslessStringConvertible {
  /// Name and cutoff: `ndcg@10`; a name alone where there is no cutoff: `auc`.
  public var description: String { kind.hasCutoff ? "\(kind.rawValue)@\(cutoff)" : kind.rawValue }

  /// The metric that `description` names, or `nil`; ``init(parsing:)`` says why.
  public init?(_ description: String) {
    guard let metric = try? RankingMetric(parsing: description) else { return nil }
    self = metric
  }

  /// The metric that `text` names, such as `ndcg@10`, `recall-capped@50` or `auc`, in upper or lower case.
  ///
  /// - Throws: `ALSError` that lists the known names, or says what a cutoff looks like.
  public init(parsing text: String) throws {
    let parts = text.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
    guard let kind = Kind(rawValue: parts[0].lowercased()) else {
      let known = Kind.allCases.filter(\.hasCutoff).map(\.rawValue).joined(separator: ", ")
      throw ALSError(
        .configuration, "there is no metric \"\(parts[0])\". Choose one of \(known), with a cutoff: ndcg@10; or auc.")
    }
    if !kind.hasCutoff {
      guard parts.count == 1 else {
        throw ALSError(.configuration, "metric \"\(text)\" has no cutoff. Write \(kind.rawValue).")
      }
      self.init(kind, at: .max)
      return
    }
    guard parts.count == 2, let cutoff = Int(parts[1]), cutoff >= 1 else {
      throw ALSError(
        .configuration,
        "metric \"\(text)\" needs a cutoff of 1 or more after an @. Write for example \(kind.rawValue)@10.")
    }
    self.init(kind, at: cutoff)
  }
}

extension RankingMetric: Codable {
  /// Reads the text form.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    do {
      try self.init(parsing: container.decode(String.self))
    } catch let error as ALSError {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: error.message)
    }
  }

  /// Writes the text form.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}
