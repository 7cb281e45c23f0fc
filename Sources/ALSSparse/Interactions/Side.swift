/// One of the two sides of interactions and of what is learnt from them.
public enum Side: String, CaseIterable, Hashable, Codable, Sendable {
  /// The rows of the matrix.
  case users
  /// The columns of the matrix.
  case items

  /// The side that this one is solved against.
  public var other: Side { self == .users ? .items : .users }

  /// What messages call one of the side.
  package var noun: String { self == .users ? "user" : "item" }
}

/// One thing for each side.
package struct Sides<Value> {
  package var users: Value
  package var items: Value

  package init(users: Value, items: Value) { (self.users, self.items) = (users, items) }

  package init(_ value: (Side) throws -> Value) rethrows {
    self.init(users: try value(.users), items: try value(.items))
  }

  package subscript(side: Side) -> Value {
    get { side == .users ? users : items }
    set { if side == .users { users = newValue } else { items = newValue } }
  }
}

extension Sides: Sendable where Value: Sendable {}
extension Sides: Equatable where Value: Equatable {}

extension Interactions {
  /// The identifiers of a side.
  package func identifiers(of side: Side) -> Identifiers { side == .users ? users : items }

  /// The matrix with one row for each of a side.
  package func rows(of side: Side) -> CSRMatrix<Float> { side == .users ? byUser : byItem }
}
