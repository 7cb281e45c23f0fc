import ALSPlatform
import ALSSparse

/// One of the forms that files of interactions have: what tells it from others, and what reads it.
protocol FileForm: SendableMetatype {
  /// What messages call a file of the form.
  static var name: String { get }
  static var traits: FormTraits { get }

  /// Whether a file that begins with `start` has the form.
  static func recognizes(_ start: [UInt8]) -> Bool

  static func events(of file: InputFile) throws -> (events: Events, form: InputForm)

  /// The matrix, with times where they are read, and the number of rows.
  static func interactions(
    of file: InputFile, duplicates: Duplicates?
  ) throws -> (timed: TimedInteractions, form: InputForm, rowCount: Int)

  /// The events, to be compiled, which may be kept in `scratch`.
  static func source(of file: InputFile, in scratch: ScratchFile) throws -> (source: any EventSource, form: InputForm)

  /// How much there is, where that is known without keeping it.
  static func survey(_ file: InputFile) throws -> (extent: InputExtent, form: InputForm)?
}

/// What files of a form have, or need.
struct FormTraits: OptionSet {
  let rawValue: Int

  /// Columns that can be chosen.
  static let columns = FormTraits(rawValue: 1)
  static let times = FormTraits(rawValue: 2)
  /// Neither a pipe nor compressed.
  static let ownFile = FormTraits(rawValue: 4)
  /// The matrix stays in the file.
  static let mapped = FormTraits(rawValue: 8)
}

/// A file of which the form is known, and how it is to be read.
struct InputFile {
  /// As it was named, `-` for standard input.
  let path: String
  let input: ByteInput
  let form: any FileForm.Type
  let reader: InteractionsReader
}

extension FileForm {
  static func interactions(
    of file: InputFile, duplicates: Duplicates?
  ) throws -> (timed: TimedInteractions, form: InputForm, rowCount: Int) {
    let (events, form) = try events(of: file)
    let rowCount = events.count
    // Handed over, so that they can be freed half-way.
    return (
      try TimedInteractions(consume events, duplicates: duplicates, threads: file.reader.threads), form, rowCount
    )
  }

  static func source(of file: InputFile, in scratch: ScratchFile) throws -> (source: any EventSource, form: InputForm) {
    let (events, form) = try events(of: file)
    return (events, form)
  }

  static func survey(_ file: InputFile) throws -> (extent: InputExtent, form: InputForm)? { nil }
}
