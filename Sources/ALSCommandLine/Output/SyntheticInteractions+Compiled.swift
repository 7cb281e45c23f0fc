import ALSEvaluation
import ALSFiles
import ALSPlatform
import ALSSparse

extension SyntheticInteractions {
  /// Writes the compiled form, with identifiers that count from 1, in bounded memory.
  ///
  /// - Returns: The number of interactions.
  func compile(to path: String, pairsOnly: Bool, memory: Int, threads: Int) throws -> Int {
    return try CompiledWriter.write(
      to: path, users: .counting(users), items: .counting(items), mostEntries: mostInteractions,
      channels: pairsOnly ? [] : [.values, .times], memory: memory, threads: threads
    ) { writer in
      try forEachPart(threads: threads) { _, events in
        events
      } then: { events in
        for event in events {
          try writer.append(
            item: Int32(truncatingIfNeeded: event.item), value: Float(event.rating), time: Double(event.timestamp))
        }
        try writer.endUser()
      }
    }.interactions
  }
}

extension Identifiers {
  /// The integers from 1 to `count`.
  fileprivate static func counting(_ count: Int) -> Identifiers {
    let numbers = Buffer<Int64>(uninitialized: count)
    for index in 0..<count { numbers.pointer[index] = Int64(index + 1) }
    return Identifiers(ascending: .integers(numbers))
  }
}
