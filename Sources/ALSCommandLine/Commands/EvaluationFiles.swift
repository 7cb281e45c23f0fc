import ALS
import ALSFiles

/// The files of one evaluation, which are read with the same options and should have the same layout.
struct EvaluationFiles {
  let options: InputOptions
  let feedback: Feedback
  let threads: Int?
  private var first: (name: String, layout: String)?
  private var different: (name: String, layout: String)?

  init(options: InputOptions, feedback: Feedback, threads: Int?) {
    (self.options, self.feedback, self.threads) = (options, feedback, threads)
  }

  /// The interactions of a file; says so when its layout is not that of the first one.
  mutating func read(_ path: String) throws -> Interactions {
    do {
      let (interactions, form, _) = try options.readInteractions(path, feedback: feedback, threads: threads)
      // Only text has columns that could be taken for others.
      guard case .delimited(let layout) = form else { return interactions }
      let name = options.displayName(path)
      if let first, first.layout != layout.description {
        different = (name, layout.description)
        StandardError.warn("\(name) is not laid out like \(first.name). Check that the same columns were taken")
      }
      if first == nil { first = (name, layout.description) }
      return interactions
    } catch let error as ALSError where error.kind == .data || error.kind == .configuration {
      guard let first else { throw error }
      throw error.adding(
        " The options for columns hold for all files, and \(first.name) was read as \(first.layout). \(Self.remedy)")
    }
  }

  /// What an error that comes later may be due to.
  var hint: String {
    guard let first, let different else { return "" }
    return " The files differ in layout: \(first.name) was read as \(first.layout), \(different.name) as "
      + "\(different.layout). \(Self.remedy)"
  }

  private static let remedy = "Give all of them the same layout: those that als split writes have it."
}
