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
  /// The file, the line or the row, if it has one.
  public let place: String?
  /// The reason and, from the second sentence on, the remedy.
  let text: String

  /// An error of `kind`.
  ///
  /// - Parameters:
  ///   - kind: The class of the failure.
  ///   - text: A sentence that says what is wrong, and then what to do about it.
  ///   - place: Where it is.
  public init(_ kind: Kind, _ text: String, at place: String? = nil) {
    (self.kind, self.text, self.place) = (kind, text, place)
  }

  /// One line: the place, the reason, the remedy.
  public var message: String { place.map { "\($0): \(text)" } ?? text }

  /// What is wrong.
  public var reason: String { String(text[..<(remedyStart ?? text.endIndex)]) }

  /// What to do about it; `nil` where nothing is said.
  public var remedy: String? { remedyStart.map { String(text[$0...].dropFirst()) } }

  /// After the first full stop that a space and a capital letter follow.
  private var remedyStart: String.Index? {
    text.indices.first { index in
      let next = text[index...].dropFirst()
      return text[index] == " " && next.first?.isUppercase == true && text[..<index].last == "."
    }
  }

  /// The same at `place`, if it has none yet.
  public func at(_ place: String) -> ALSError { self.place == nil ? ALSError(kind, text, at: place) : self }

  /// The same with more to do about it.
  package func adding(_ remedy: String) -> ALSError { ALSError(kind, text + remedy, at: place) }

  /// The message.
  public var description: String { message }
}
