import ALSArrays
import ALSPlatform
import ALSSparse

/// How a file of interactions was understood.
public enum InputForm: Hashable, Sendable {
  /// Lines of fields: CSV and its relatives.
  case delimited(DelimitedLayout)
  /// A Matrix Market file: its field and its symmetry.
  case matrixMarket(field: String, symmetry: String)
  /// A sparse matrix that SciPy saved: its format.
  case sciPy(format: String)
  /// Compiled interactions; see ``CompiledInteractions``.
  case compiled(CompiledInteractions.Summary)

  /// The forms that are told by their first bytes; other files are text.
  static let recognizable: [any FileForm.Type] = [
    MatrixMarketReader.self, SciPyReader.self, CompiledInteractions.self,
  ]
}

extension InputForm: CustomStringConvertible {
  /// One line.
  public var description: String {
    switch self {
    case .delimited(let layout):
      "\(layout)" + (layout.decay.map { ", \($0)" } ?? "")
        + (layout.weightlessRows > 0 ? ", without \(layout.weightlessRows) of weight 0" : "")
    case .matrixMarket(let field, let symmetry): "Matrix Market, \(field), \(symmetry)"
    case .sciPy(let format): "SciPy \(format) matrix"
    case .compiled(let summary): "compiled interactions, \(summary)"
    }
  }
}

extension MatrixMarketReader: FileForm {
  static let name = "a Matrix Market file"
  static let traits: FormTraits = []

  static func recognizes(_ start: [UInt8]) -> Bool { start.starts(with: MatrixMarket.banner.utf8) }

  static func events(of file: InputFile) throws -> (events: Events, form: InputForm) {
    let (events, header) = try MatrixMarketReader(input: file.input).read()
    return (events, .matrixMarket(field: header.field.rawValue, symmetry: header.symmetry.rawValue))
  }
}

extension SciPyReader: FileForm {
  static let name = "a ZIP archive"
  static let traits: FormTraits = .ownFile

  static func recognizes(_ start: [UInt8]) -> Bool { NumPyArchive.isArchive(start) }

  static func events(of file: InputFile) throws -> (events: Events, form: InputForm) {
    let (events, format) = try SciPyReader(path: file.path).read()
    return (events, .sciPy(format: format))
  }
}

extension CompiledInteractions: FileForm {
  static let name = "a file of compiled interactions"
  static let traits: FormTraits = [.times, .ownFile, .mapped]

  static func recognizes(_ start: [UInt8]) -> Bool { start.starts(with: CompiledHeader.magic) }

  static func events(of file: InputFile) throws -> (events: Events, form: InputForm) {
    let compiled = try CompiledInteractions(contentsOf: file.path, threads: file.reader.threads)
    let events = try compiled.events(withTimes: compiled.hasWantedTimes(file.reader))
    guard let decay = try compiled.decay(file.reader.weighting) else { return (events, .compiled(compiled.summary)) }
    return (
      events.replacingWeights(with: try compiled.weights(by: decay)), .compiled(compiled.summary.weighted(by: decay))
    )
  }

  static func interactions(
    of file: InputFile, duplicates: Duplicates?
  ) throws -> (timed: TimedInteractions, form: InputForm, rowCount: Int) {
    let compiled = try CompiledInteractions(contentsOf: file.path, threads: file.reader.threads)
    var (interactions, summary) = (try compiled.interactions(duplicates: duplicates), compiled.summary)
    if let decay = try compiled.decay(file.reader.weighting) {
      interactions = interactions.replacingWeights(
        with: try compiled.weights(by: decay), threads: try threadCount(file.reader.threads))
      summary = summary.weighted(by: decay)
    }
    let times = compiled.hasWantedTimes(file.reader) ? try compiled.times() : nil
    return (TimedInteractions(interactions, times: times), .compiled(summary), summary.events)
  }

  static func source(of file: InputFile, in scratch: ScratchFile) throws -> (source: any EventSource, form: InputForm) {
    throw ALSError(.configuration, "is compiled already. Name the file that it was made from.", at: file.path)
  }

  private func hasWantedTimes(_ reader: InteractionsReader) -> Bool {
    reader.readsTimes && (summary.hasTimes || !reader.timesAreOptional)
  }
}

extension DelimitedReader: FileForm {
  static let name = "text"
  static let traits: FormTraits = [.columns, .times]

  static func recognizes(_ start: [UInt8]) -> Bool { true }

  static func events(of file: InputFile) throws -> (events: Events, form: InputForm) {
    let (events, layout) = try file.reader.delimitedReader.read(file.input)
    return (events, .delimited(layout))
  }

  static func source(of file: InputFile, in scratch: ScratchFile) throws -> (source: any EventSource, form: InputForm) {
    let (events, layout) = try file.reader.delimitedReader.readSpilling(file.input, to: scratch)
    return (events, .delimited(layout))
  }

  static func survey(_ file: InputFile) throws -> (extent: InputExtent, form: InputForm)? {
    let (extent, layout) = try file.reader.delimitedReader.survey(file.input)
    return (extent, .delimited(layout))
  }
}
