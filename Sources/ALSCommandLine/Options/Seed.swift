import ArgumentParser

/// The seeds of what is random.
enum Seed {
  /// A seed as it is given; the error says what one is.
  static func parse(_ text: String) throws -> UInt64 {
    guard let seed = UInt64(text) else {
      throw ValidationError("a seed is a whole number from 0 to \(UInt64.max).")
    }
    return seed
  }
}
