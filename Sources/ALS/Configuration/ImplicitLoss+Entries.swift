/// What is read of an observation.
extension ImplicitLoss {
  package func readsNegative(_ value: Float) throws(InvalidValue) -> Bool {
    switch dislikes {
    case .zero: return true
    case .ignore: return false
    case .error:
      throw InvalidValue(
        reason:
          "value \(value) is negative, but implicit feedback has weights of 0 or more. Remove it, train "
          + "with explicit feedback, or let it count as a dislike (--dislikes zero) or not at all (--dislikes ignore).")
    }
  }

  package var countsLikedOnly: Bool { dislikes == .zero }

  package func separatesWeights(_ hasWeights: Bool) -> Bool { dislikes == .zero }

  package var readsContexts: Bool { confidence == .bm25 || confidence == .tfIDF }

  package func length(ofTotal total: Double) -> Double {
    confidence == .bm25 ? total / (confidenceLength ?? 1) : 1
  }

  package func rarity(ofCount count: Int) -> Double {
    let (users, count) = (Double(confidenceUsers ?? 1), Double(count))
    return switch confidence {
    // Of items that came later, more users may have one than there were.
    case .bm25: naturalLogarithm1p(max(users - count + 0.5, 0) / (count + 0.5))
    case .tfIDF: 1 + max(naturalLogarithm1p(users) - naturalLogarithm1p(count), 0)
    default: 1
    }
  }

  package func counting(users: Int, total: @autoclosure () throws -> Double) rethrows -> ImplicitLoss {
    var loss = filling()
    guard readsContexts else { return loss }
    let total = try total()
    loss.confidenceUsers = confidenceUsers ?? max(users, 1)
    loss.confidenceLength = confidenceLength ?? (total > 0 ? total / Double(max(users, 1)) : 1)
    return loss
  }

  package func entry(
    _ value: Float, weight: Float, mean: Double, hasWeights: Bool, _ context: EntryContext
  ) -> ObservedEntry {
    let gain = gain(of: abs(value), weight: weight, context)
    if dislikes != .zero { return ObservedEntry(value: gain) }
    // w·t; see `ImplicitObjective.terms`.
    let target = (objective == .hkv ? 1 : 0) + alpha * Double(gain)
    return ObservedEntry(weight: gain, value: value < 0 ? 0 : Float(target))
  }

  /// g(r)/α of a value with a weight.
  private func gain(of value: Float, weight: Float, _ context: EntryContext) -> Float {
    let product = Double(value) * Double(weight)
    switch confidence {
    case .linear: return Float(product)
    case .binary, nil: return weight
    case .log: return Float(naturalLogarithm1p(product / confidenceScale))
    case .bm25:
      let saturation = bm25K1 * (1 - bm25B + bm25B * context.length)
      return Float((bm25K1 + 1) * product / (saturation + product) * context.rarity)
    case .tfIDF: return Float(product.squareRoot() * context.rarity)
    }
  }
}
