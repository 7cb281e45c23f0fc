public import ALS
public import ArgumentParser

extension ColdStart: ExpressibleByArgument {
  /// `error`, `empty` or `popular`.
  public init?(argument: String) {
    switch argument {
    case "error": self = .error
    case "empty": self = .empty
    case "popular": self = .popular
    default: return nil
    }
  }

  /// What can be chosen.
  public static var allValueStrings: [String] { ["error", "empty", "popular"] }
}

/// What may be recommended, and in which order.
struct FilterOptions: ParsableArguments {
  @OptionGroup var candidateOptions: CandidateOptions
  @Option(parsing: .unconditional, help: "Items with a lower score are left out; scores can be negative.")
  var minimumScore: Double?
  @Option(
    help: "What the most popular item loses of its score; others lose less, by the logarithm of their popularity.")
  var popularityPenalty: Double?
  @Option(help: "0 to 1: how much the items of one user are to differ from one another (maximal marginal relevance).")
  var diversity: Double?
  @Option(help: "What users get that the model does not know: error, empty or popular.")
  var coldStart: ColdStart = .error

  var files: CommandFiles { candidateOptions.files }

  func options(for model: FactorModel) throws -> RecommendationOptions {
    RecommendationOptions(
      candidates: try candidateOptions.selection(for: model),
      minimumScore: minimumScore,
      popularityPenalty: try popularityPenalty.map { try PopularityPenalty(strength: $0, for: model) },
      diversity: try diversity.map { try Diversity(weight: $0) }, coldStart: coldStart)
  }
}
