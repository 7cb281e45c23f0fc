import ALSPlatform
public import ALSSparse

/// A view of events that says which part each of them belongs to.
///
/// It shares the events' memory and adds one byte per event; the folds of a cross-validation share that byte too.
/// ``events(in:threads:)`` is what copies: the columns of the events of one part, not the identifier tables.
public struct Division: Sendable {
  /// What an event is used for.
  public enum Part: UInt8, CaseIterable, Sendable, Hashable {
    /// A model is trained on it.
    case training
    /// A model is asked to predict it.
    case test
    /// A finished model is told of it, to learn who a new user is.
    case foldIn
    /// It is left out, because it would give away the answer.
    case neither
  }

  /// All events, in the order of the input.
  public let events: Events
  private let labels: Buffer<UInt8>
  /// What each label means.
  private let meanings: [Part]

  /// Labels that are raw values of ``Part``, or stand for `meanings`.
  init(of events: Events, labels: Buffer<UInt8>, meanings: [Part] = Part.allCases) {
    precondition(labels.count == events.count, "one label per event")
    (self.events, self.labels, self.meanings) = (events, labels, meanings)
  }

  /// The part of the event at `index`, counted from 0 in the order of the input.
  ///
  /// - Complexity: O(1).
  public func part(ofEvent index: Int) -> Part { meanings[Int(labels[index])] }

  /// How many events `part` has.
  ///
  /// - Complexity: O(events).
  public func count(of part: Part) -> Int {
    let isMeant = meanings.map { $0 == part }
    return labels.elements.reduce(0) { $0 + (isMeant[Int($1)] ? 1 : 0) }
  }

  /// A copy of the events of one part, in their order and over the same identifier tables.
  ///
  /// - Throws: `ALSError` when `threads` is less than 1.
  /// - Complexity: O(events); the same for every number of threads.
  public func events(in part: Part, threads: Int? = nil) throws -> Events {
    let (labels, isMeant) = (labels, meanings.map { $0 == part })
    let select = SelectedElements(of: events.count, threads: try threadCount(threads)) {
      isMeant[Int(labels.pointer[$0])]
    }
    return select(events)
  }
}

extension Events {
  /// A label for each event, given by its position, user and item.
  func labels(
    threads: Int, _ label: @Sendable (_ event: Int, _ user: Int32, _ item: Int32) -> UInt8
  ) -> Buffer<UInt8> {
    let labels = Buffer<UInt8>(uninitialized: count)
    parallelForEachChunk(of: count, size: 1 << 16, workers: threads) { events, _ in
      for event in events {
        labels.pointer[event] = label(event, userIndices.pointer[event], itemIndices.pointer[event])
      }
    }
    return labels
  }

  /// The same for a choice between training and testing.
  func labels(
    threads: Int, isTest: @Sendable (_ user: Int32, _ item: Int32) -> Bool
  ) -> Buffer<UInt8> {
    labels(threads: threads) { _, user, item in
      (isTest(user, item) ? Division.Part.test : .training).rawValue
    }
  }
}
