package import ALS
import ALSFiles

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Everything that one request is answered from: a model and what belongs to it.
///
/// Immutable. A request takes it once and finishes on it, whatever is loaded meanwhile.
package struct ServedModel: Sendable {
  package let model: FactorModel
  let interactions: Interactions?
  package let exclusions: Exclusions
  let titles: Titles?
  /// 1 for the first that a server has, and one more with every reload.
  package let generation: Int
  let loadedAt: Date
  /// By path.
  let stamps: [String: FileStamp]

  /// Loads what has changed since `previous`, and makes it ready for its first request.
  ///
  /// - Parameters:
  ///   - files: Where to load from.
  ///   - previous: What was served so far; its unchanged parts are kept.
  ///   - threads: How many threads to work with; all processors when `nil`.
  /// - Throws: `ALSError` when a file is missing, broken, or written to meanwhile.
  init(_ files: ServedFiles, after previous: ServedModel? = nil, threads: Int? = nil) throws {
    let stamps = try Dictionary(uniqueKeysWithValues: Set(files.all).map { ($0, try FileStamp(of: $0)) })
    func current<Part>(_ part: Part?, from path: String, load: (String) throws -> Part) throws -> Part {
      if let part, previous?.stamps[path] == stamps[path] { return part }
      let loaded = try load(path)
      // A text that is cut short can be a correct one; a stamp that has changed tells.
      if try FileStamp(of: path) != stamps[path] {
        throw ALSError(.data, "\(path): was written to while it was read. Write beside it and rename.")
      }
      return loaded
    }
    let model = try current(previous?.model, from: files.model) {
      // Whoever writes over the file in place must not change, or end, what is in service.
      try FactorModel(contentsOf: $0, mapped: false)
    }
    let duplicates: Duplicates = model.configuration.predictsRatings ? .last : .sum
    let isSameKind = previous?.model.configuration.predictsRatings == model.configuration.predictsRatings
    interactions = try files.interactions.map { path in
      try current(isSameKind ? previous?.interactions : nil, from: path) {
        try Interactions(contentsOf: $0, duplicates: duplicates, threads: threads)
      }
    }
    titles = try files.titles.map { path in
      try current(previous?.titles, from: path) { try Titles(contentsOf: $0) }
    }
    exclusions = interactions.map { Exclusions(seen: $0, for: model) } ?? .remembered
    try model.prepare(threads: threads)
    // The first question for similar items also computes the norms.
    if let item = model.items.first { _ = try model.similar(item: item, count: 1) }
    self.model = model
    self.stamps = stamps
    generation = (previous?.generation ?? 0) + 1
    loadedAt = Date()
  }

  func title(of item: Identifier) -> String? { titles?[item] }
}
