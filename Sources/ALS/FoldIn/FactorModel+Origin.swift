import ALSPlatform
import ALSSparse

extension FactorModel {
  /// What rows are tied to that were solved against one side: a number that follows from its identifiers, and from some
  /// of its factors.
  ///
  /// Models that were trained apart differ in it even where they have the same users and items: their factors have
  /// nothing to do with each other.
  ///
  /// - Complexity: O(n + k) once for a side of n rows, then O(1).
  func origin(fixing side: Side) -> UInt64 {
    func origin<Element>(_ tables: FactorTables<Element>) -> UInt64 {
      tables[side].origin {
        let names = identifiers(of: side)
        var checksum = Checksum()
        withUnsafeBytes(of: (names.fingerprint, tables[side].rows.sample, names.count)) { checksum.update($0) }
        return checksum.value
      }
    }
    return tables.open(origin, origin)
  }

  /// Throws unless rows of `side` with that origin were folded in by this model, or by one with the same other side.
  func require(_ origin: UInt64, of side: Side) throws {
    if origin == self.origin(fixing: side.other) { return }
    throw ALSError(
      .configuration,
      "the \(side) were folded in by another model, whose factors have nothing to do with this one's. Fold them in with "
        + "this model.")
  }
}
