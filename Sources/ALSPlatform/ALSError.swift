/// What went wrong, where, and what to do about it, in one line.
public struct ALSError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The class of a failure; command-line programs map it to an exit code.
  public enum Kind: Hashable, CaseIterable, Sendable {
    /// A parameter is out of its range or contradicts another.
    case configuration
    /// Data do not have the form or the values they should have.
    case data
    /// A user or an item that is not there.
    case unknownIdentifier
    /// A file that cannot be opened for reading.
    case unreadable
    /// A file that cannot be made.
    case cannotCreate
    /// Reading or writing failed half-way.
    case inputOutput
  }

  /// The class of the failure.
  public let kind: Kind
  /// One line: the place, the reason, the remedy.
  public let message: String

  /// An error of `kind` that says `message`.
  public init(_ kind: Kind, _ message: String) {
    self.kind = kind
    self.message = message
  }

  /// The message.
  public var description: String { message }
}
