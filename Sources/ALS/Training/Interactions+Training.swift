import ALSPlatform
package import ALSSparse

extension Interactions {
  /// The interactions that `loss` reads.
  ///
  /// - Throws: `ALSError` that names the first negative value where there may be none.
  /// - Complexity: O(entries).
  func observed(_ loss: any LossDefinition) throws -> Interactions {
    let kept = try byUser.observed(loss) { "user \(users[$0]), item \(items[$1])" }
    if kept.entryCount == byUser.entryCount { return self }
    return Interactions(users: users, items: items, byUser: kept, byItem: kept.transposed(threads: availableProcessors))
  }

  /// Those that count as n; see `LossDefinition.countsLikedOnly`.
  func liked(_ loss: any LossDefinition) -> Interactions {
    let kept = loss.liked(byUser)
    return kept.entryCount == byUser.entryCount
      ? self : Interactions(users: users, items: items, byUser: kept, byItem: loss.liked(byItem))
  }

  /// A checksum of identifiers, structure, values and weights, as 16 hexadecimal digits.
  package func fingerprint() -> String {
    var checksum = Checksum()
    checksum.update(users)
    checksum.update(items)
    checksum.update(byUser.rowStarts.bytes)
    byUser.columns.forEachPart { checksum.update(UnsafeRawBufferPointer($0)) }
    byUser.values?.forEachPart { checksum.update(UnsafeRawBufferPointer($0)) }
    byUser.weights?.forEachPart { checksum.update(UnsafeRawBufferPointer($0)) }
    return checksum.hexadecimal
  }
}

extension ALSError {
  /// There are interactions, but none that says anything.
  static let onlyZeros = ALSError(
    .data,
    "all values are 0, so that there is nothing to learn from. Name the column of the ratings, counts or weights "
      + "(--value-column), or give none where every pair counts as 1.")
}

extension CSRMatrix where Value == Float {
  /// The entries that `loss` reads; the matrix itself when that is all.
  ///
  /// - Throws: `ALSError` that names the first negative value, where there may be none, by what `name` says of its row and
  ///   column.
  func observed(_ loss: any LossDefinition, naming name: (Int, Int) -> String) throws -> CSRMatrix {
    guard let values, !loss.readsZeros else { return self }
    var least = Float.infinity
    values.forEachPart { part in for value in part { least = min(least, value) } }
    if least > 0 { return self }
    guard least < 0 else { return filtered { $0 > 0 } }
    let first = values.elements.firstIndex { $0 < 0 } ?? 0
    do throws(InvalidValue) {
      return try loss.readsNegative(values.pointer[first]) ? filtered { $0 != 0 } : filtered { $0 > 0 }
    } catch {
      throw ALSError(.data, "\(name(row(ofEntry: first), Int(columns.pointer[first]))): \(error.reason)")
    }
  }

  /// Σ w·r and Σ w of all entries.
  func weightedSum() -> (values: Double, weights: Double) {
    guard let values, let weights else {
      let total = (values ?? weights).map { numbers in
        var sum = 0.0
        numbers.forEachPart { part in sum = part.reduce(sum) { $0 + Double($1) } }
        return sum
      }
      return (total ?? Double(entryCount), weights == nil ? Double(entryCount) : total ?? 0)
    }
    return (0..<entryCount).reduce(into: (0, 0)) { sums, entry in
      sums.0 += Double(values.pointer[entry]) * Double(weights.pointer[entry])
      sums.1 += Double(weights.pointer[entry])
    }
  }

  /// The mean of all values, each counted by its weight; 0 when there are none.
  func weightedMean() -> Double {
    let sums = weightedSum()
    return sums.weights == 0 ? 0 : sums.values / sums.weights
  }
}

extension Checksum {
  /// Goes on with the bytes of all identifiers.
  mutating func update(_ identifiers: Identifiers) {
    switch identifiers.storage {
    case .integers(let values): update(values.bytes)
    case .strings(let bytes, let offsets):
      update(offsets.bytes)
      update(bytes.bytes)
    }
  }
}
