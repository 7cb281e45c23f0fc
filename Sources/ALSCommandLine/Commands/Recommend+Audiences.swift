import ALS
import ALSSparse
import ArgumentParser

/// Users for items.
extension Recommend {
  func validateForItems() throws {
    let others: [(name: String, isGiven: Bool)] = [
      ("--user", !user.isEmpty), ("--users", users != nil), ("--all", all), ("--history", history != nil),
      ("--user-features", featureOptions.userFeatures != nil),
      ("--popularity-penalty", filterOptions.popularityPenalty != nil), ("--diversity", filterOptions.diversity != nil),
      ("--cold-start", filterOptions.coldStart != .error),
    ]
    if let other = others.first(where: \.isGiven) {
      throw ValidationError("\(other.name) is for items, and --for-items finds users. Leave one of them out.")
    }
    if !item.isEmpty, filterOptions.candidateOptions.predicate != nil {
      throw ValidationError("Say for which items in one way: --item ID, or --items FILE and --where 'PREDICATE'.")
    }
  }

  func recommendUsers(of model: FactorModel) throws {
    let named = item.map { Identifier($0) }
    let options = filterOptions.candidateOptions
    let chosen = try options.chosen(for: model)
    // All names are looked up before anything is written.
    let indices =
      try named.isEmpty
      ? model.items.indices.filter { chosen?.contains($0) ?? true } : named.map { try model.index(item: $0) }
    let users = try options.listed(.users, for: model)
    let titles = try titleOptions.read()
    warnOfSeen(model, "users may be found for what they have")
    let exclusions = try exclusions(for: model)
    let cells = RecommendationCells(
      model: model, for: .items, names: named.isEmpty ? indices.map { model.items[$0] } : named, indices: indices,
      titles: titles)
    try write(cells) { transform, deliver in
      try model.forEachBlockOfTopUsers(
        forItems: indices, count: count, excluding: exclusions, among: users, minimumScore: filterOptions.minimumScore,
        threads: threadOptions.threads, transform: transform, deliver: deliver)
    }
  }
}
