import ALSSparse

/// What becomes of identifiers that a model does not know, where some are named that may be out of stock, new, or gone.
public enum UnknownIdentifiers: Hashable, Sendable {
  /// An error that names the first of them.
  case error
  /// They are left out, and listed in what is made from the others.
  case ignore
}

extension FactorModel {
  /// The positions of identifiers, in their order, and those that the model does not know, once each.
  ///
  /// - Throws: `ALSError` that names the first of these, unless they are ignored.
  func indices(
    of identifiers: [Identifier], in side: Side, unknown: UnknownIdentifiers
  ) throws -> (known: [Int], unknown: [Identifier]) {
    if unknown == .error { return (try identifiers.map { try index(of: $0, in: side) }, []) }
    let names = self.identifiers(of: side)
    var (known, missing, listed): ([Int], [Identifier], Set<Identifier>) = ([], [], [])
    for identifier in identifiers {
      if let index = names.index(of: identifier) {
        known.append(index)
      } else if listed.insert(identifier).inserted {
        missing.append(identifier)
      }
    }
    return (known, missing)
  }
}
