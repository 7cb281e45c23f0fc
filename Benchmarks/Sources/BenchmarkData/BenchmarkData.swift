public import ALS
import ALSEvaluation
import ALSFiles
import Foundation
public import PlainALS

/// The interactions that everything is measured on, as the engine and as plain Swift read them.
public struct BenchmarkData: Sendable {
  /// For the engine.
  public let interactions: Interactions
  /// For plain Swift: the items of each user, by index.
  public let rows: SparseRows

  /// The file that `ALS_BENCHMARK_DATA` names, or synthetic data of 5,000 users, 2,000 items and 300,000 interactions.
  public static let shared: BenchmarkData = {
    do {
      if let path = ProcessInfo.processInfo.environment["ALS_BENCHMARK_DATA"] {
        return BenchmarkData(try Interactions(contentsOf: path))
      }
      return try BenchmarkData(SyntheticInteractions(users: 5000, items: 2000, interactions: 300_000))
    } catch {
      fatalError("\(error)")
    }
  }()

  /// Both forms of `interactions`.
  public init(_ interactions: Interactions) {
    self.interactions = interactions
    rows = SparseRows(
      (0..<interactions.users.count).map { interactions.itemIndices(ofUserAt: $0) },
      columnCount: interactions.items.count)
  }

  /// Both forms of synthetic data.
  public init(_ synthetic: SyntheticInteractions) throws {
    var (users, items) = ([Int](), [Int]())
    for user in 0..<synthetic.users {
      for event in synthetic.events(ofUser: user) {
        users.append(user + 1)
        items.append(event.item + 1)
      }
    }
    self.init(try Interactions(users: users, items: items))
  }
}

extension BenchmarkData {
  /// The engine at the objective that ``PlainALS`` minimises.
  public static func engine(factors: Int, iterations: Int, solver: Solver? = nil) -> ImplicitALS {
    var configuration = ImplicitALS(
      .hkv(alpha: 10, confidence: .binary), factors: factors, iterations: iterations, regularization: 0.05)
    if let solver { configuration.solver = solver }
    return configuration
  }

  /// The objective of a model trained on these interactions.
  public func objective(of model: FactorModel) -> Double {
    hkvObjective(
      users: model.users.indices.flatMap { model.userFactors(at: $0) },
      items: model.items.indices.flatMap { model.itemFactors(at: $0) }, rows: rows)
  }

  /// The objective of plain Swift's factors.
  public func objective(of result: PlainALS.Result) -> Double {
    hkvObjective(users: result.users, items: result.items, rows: rows)
  }
}
