import ALS
import Hummingbird

/// The parts that a score is the sum of.
struct ExplanationAnswer: ResponseEncodable {
  struct Part: Encodable {
    let id: String
    let title: String?
    let value: Float
    let contribution: Double
  }
  let score: Double
  let globalMean: Double
  let userBias: Double
  let itemBias: Double
  let contributions: [Part]
  let unknown: [String]
  let generation: Int

  init(_ explanation: Explanation, in served: ServedModel) {
    score = explanation.score
    globalMean = explanation.globalMean
    userBias = explanation.userBias
    itemBias = explanation.itemBias
    contributions = explanation.contributions.map {
      Part(
        id: $0.id.description, title: served.title(of: $0.id), value: $0.value, contribution: $0.contribution)
    }
    unknown = explanation.unknown.map(\.description)
    generation = served.generation
  }
}
