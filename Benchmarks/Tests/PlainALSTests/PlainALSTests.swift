import ALS
import ALSEvaluation
import BenchmarkData
import PlainALS
import Testing

@Suite struct PlainALSTests {
  private let data: BenchmarkData

  init() throws {
    data = try BenchmarkData(SyntheticInteractions(users: 300, items: 120, interactions: 6000, groups: 8))
  }

  @Test func transposing() {
    let rows = SparseRows([[0, 2], [], [1, 2]], columnCount: 4)
    let columns = rows.transposed()
    #expect((0..<4).map { Array(columns[$0]) } == [[0], [2], [0, 2], []])
    #expect(columns.columnCount == 3)
  }

  @Test func objectiveByHand() {
    // Scores 0.5 and −1: 11·(1 − 0.5)² + (−1)² + 0.05·(1 + 0.25 + 1).
    let rows = SparseRows([[0]], columnCount: 2)
    let value = hkvObjective(users: [1.0], items: [0.5, -1.0], rows: rows)
    #expect(abs(value - (11 * 0.25 + 1 + 0.05 * 2.25)) < 1e-12)
  }

  @Test func sharedObjectiveIsTheEngines() throws {
    var loss = 0.0
    let model = try BenchmarkData.engine(factors: 8, iterations: 3).fit(data.interactions, computingLoss: true) {
      loss = $0.loss ?? 0
    }
    #expect(abs(data.objective(of: model) / loss - 1) < 1e-6)
  }

  @Test(arguments: [1, 8, 33])
  func plainSwiftReachesTheEnginesObjective(factors: Int) throws {
    // Two random starts end at slightly different minima.
    let plain = data.objective(of: PlainALS(factors: factors, iterations: 20).fit(data.rows))
    let engine = try BenchmarkData.engine(factors: factors, iterations: 20, solver: .cholesky).fit(data.interactions)
    #expect(abs(plain / data.objective(of: engine) - 1) < 0.02)
  }

  @Test func moreIterationsNeverRaiseTheObjective() {
    let values = (1...5).map { data.objective(of: PlainALS(factors: 12, iterations: $0).fit(data.rows)) }
    for (before, after) in zip(values, values.dropFirst()) { #expect(after < before * (1 + 1e-5)) }
  }
}
