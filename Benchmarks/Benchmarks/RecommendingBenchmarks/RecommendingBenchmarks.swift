import ALS
import Benchmark
import BenchmarkData

/// A trained model and what its users have seen.
private struct Trained {
  let model: FactorModel
  let seen: Exclusions
  /// Somebody with 100 items, spread over the catalogue.
  let history: History

  static func make() throws -> Trained {
    let data = BenchmarkData.shared.interactions
    let model = try BenchmarkData.engine(factors: 64, iterations: 5).fit(data)
    try model.prepare()
    let items = stride(from: 0, to: model.items.count, by: max(1, model.items.count / 100)).prefix(100)
    return Trained(
      model: model, seen: Exclusions(seen: data, for: model), history: try History(items.map { model.items[$0] }))
  }
}

/// The best ten items for all users and for one.
let benchmarks: @Sendable () -> Void = {
  Benchmark.defaultConfiguration = .init(
    metrics: [.wallClock, .cpuTotal, .peakMemoryResident], maxDuration: .seconds(3))

  Benchmark("Top 10 for all users, seen excluded") { (benchmark: Benchmark, trained: Trained) in
    let users = Array(trained.model.users.indices)
    benchmark.startMeasurement()
    try trained.model.forEachRecommendation(ofUsers: users, count: 10, excluding: trained.seen) { blackHole(($0, $1)) }
  } setup: {
    try Trained.make()
  }

  Benchmark("Top 10 for one user, seen excluded") { (benchmark: Benchmark, trained: Trained) in
    let user = trained.model.users[benchmark.currentIteration % trained.model.users.count]
    benchmark.startMeasurement()
    blackHole(try trained.model.recommend(user: user, excluding: trained.seen))
  } setup: {
    try Trained.make()
  }

  Benchmark("Fold in a user with 100 items, 64 factors", configuration: .init(scalingFactor: .kilo)) {
    (benchmark: Benchmark, trained: Trained) in
    benchmark.startMeasurement()
    for _ in benchmark.scaledIterations { blackHole(try trained.model.foldIn(user: trained.history)) }
  } setup: {
    try Trained.make()
  }

  Benchmark("Fold all users in on all threads") { (benchmark: Benchmark, trained: Trained) in
    benchmark.startMeasurement()
    blackHole(try trained.model.foldIn(users: BenchmarkData.shared.interactions))
  } setup: {
    try Trained.make()
  }

  Benchmark("Top 10 from a history of 100 items", configuration: .init(scalingFactor: .kilo)) {
    (benchmark: Benchmark, trained: Trained) in
    benchmark.startMeasurement()
    for _ in benchmark.scaledIterations { blackHole(try trained.model.recommend(history: trained.history)) }
  } setup: {
    try Trained.make()
  }

  Benchmark("Explain one recommendation by 100 items", configuration: .init(scalingFactor: .kilo)) {
    (benchmark: Benchmark, trained: Trained) in
    let item = trained.model.items[0]
    benchmark.startMeasurement()
    for _ in benchmark.scaledIterations { blackHole(try trained.model.explain(item: item, history: trained.history)) }
  } setup: {
    try Trained.make()
  }

  Benchmark("Ten similar items") { (benchmark: Benchmark, trained: Trained) in
    let item = trained.model.items[benchmark.currentIteration % trained.model.items.count]
    benchmark.startMeasurement()
    blackHole(try trained.model.similar(item: item))
  } setup: {
    try Trained.make()
  }
}
