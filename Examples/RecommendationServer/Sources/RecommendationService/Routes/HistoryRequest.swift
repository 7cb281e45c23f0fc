import ALS
import Foundation

/// The body of `POST /recommendations`.
///
///     {"history": ["85123A", {"item": "22423", "value": 3}], "count": 5}
struct HistoryRequest: DecodableWithConfiguration {
  let history: History
  let count: Int?
  /// Whether items of the history may come back.
  let includeHistory: Bool
  /// Whether a history that the model knows nothing of gets the most popular items.
  let popularOtherwise: Bool

  private enum Key: String, CodingKey, CaseIterable {
    case history, count, includeHistory, popularOtherwise
  }

  init(from decoder: any Decoder, configuration limits: Limits) throws {
    let container = try decoder.container(keyedBy: Key.self)
    var list = try container.nestedUnkeyedContainer(forKey: .history)
    if let length = list.count, length > limits.historyLength {
      throw RequestFailure(
        .contentTooLarge, "history_too_long",
        "the history has \(length) items, but at most \(limits.historyLength) are allowed. Send the latest ones.")
    }
    var (identifiers, values): ([Identifier], [Float]) = ([], [])
    while !list.isAtEnd {
      let entry = try list.decode(HistoryEntry.self)
      identifiers.append(entry.item)
      values.append(entry.value)
    }
    history = try History(identifiers, values: values)
    count = try container.decodeIfPresent(Int.self, forKey: .count)
    includeHistory = try container.decodeIfPresent(Bool.self, forKey: .includeHistory) ?? false
    popularOtherwise = try container.decodeIfPresent(Bool.self, forKey: .popularOtherwise) ?? false
  }
}

/// An item, alone or with the value of the interaction.
private struct HistoryEntry: Decodable {
  let item: Identifier
  let value: Float

  private enum Key: String, CodingKey {
    case item, value
  }

  init(from decoder: any Decoder) throws {
    if let bare = try? decoder.singleValueContainer().decode(BareIdentifier.self) {
      (item, value) = (bare.identifier, 1)
      return
    }
    let container = try decoder.container(keyedBy: Key.self)
    item = try container.decode(BareIdentifier.self, forKey: .item).identifier
    value = try container.decodeIfPresent(Float.self, forKey: .value) ?? 1
  }
}

/// An identifier as JSON has it: text or an integer.
private struct BareIdentifier: Decodable {
  let identifier: Identifier

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let number = try? container.decode(Int64.self) {
      identifier = .integer(number)
    } else {
      identifier = Identifier(try container.decode(String.self))
    }
  }
}
