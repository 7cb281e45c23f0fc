import ALS

extension Features {
  /// Such as "18,357 items, 2,277 features", and what had no name.
  func summary(_ side: Side) -> String {
    let nameless = namelessCount == 0 ? "" : "; \(namelessCount.grouped) values of no named attribute were left out"
    return "\(entities.count.grouped) \(side), \(space.count.grouped) features\(nameless)"
  }

  /// What the model does not know, the most frequent first; `nil` where it knows everything.
  var unknownNotice: String? {
    if unknown.isEmpty { return nil }
    let sorted = unknown.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
    let named = sorted.prefix(5).map { "\($0.key) (\($0.value.grouped))" }.joined(separator: ", ")
    let rest = sorted.count > 5 ? " and \((sorted.count - 5).grouped) more" : ""
    return "features that the model does not know have no part: \(named)\(rest)"
  }

  /// Who has no features, and who has nothing else; `nil` where that is nobody.
  func coverageNotice(_ side: Side, of identifiers: Identifiers) -> String? {
    let missing = missingCount(among: identifiers)
    let alone = entities.count { identifiers.index(of: $0) == nil }
    let parts = [
      missing > 0 ? "\(missing.grouped) of \(identifiers.count.grouped) \(side) have no features" : nil,
      alone > 0 ? "\(alone.grouped) \(side) have features alone" : nil,
    ].compactMap { $0 }
    return parts.isEmpty ? nil : parts.joined(separator: "; ")
  }
}
