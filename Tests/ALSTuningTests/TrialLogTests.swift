import ALS
import ALSEvaluation
import ALSTuning
import Foundation
import Testing

@Suite struct TrialLogTests {
  private let path = FileManager.default.temporaryDirectory.appending(path: "als-trials-\(UUID().uuidString).jsonl")
    .path

  private func remove() { try? FileManager.default.removeItem(atPath: path) }

  private func text() throws -> String { try String(contentsOfFile: path, encoding: .utf8) }

  @Test func trialsComeBack() throws {
    defer { remove() }
    let tuner = try TuningData.purchaseTuner()
    let log = try TrialLog(path: path, for: tuner, resuming: false)
    let trials = try tuner.run(limits: .init(trials: 15)) { try log.append($0) }
    #expect(try text().split(separator: "\n").count == 16)
    let opened = try TrialLog(path: path, for: tuner, resuming: true)
    #expect(opened.trials == trials)
    let explicit = try TuningData.ratingTuner()
    let ratings = try explicit.run(limits: .init(trials: 2))
    #expect(try JSONDecoder().decode([Trial].self, from: JSONEncoder().encode(ratings)) == ratings)
  }

  /// A process may be killed after any byte.
  @Test func everyTruncationIsResumed() throws {
    defer { remove() }
    let tuner = try TuningData.ratingTuner()
    let log = try TrialLog(path: path, for: tuner, resuming: false)
    let trials = try tuner.run(limits: .init(trials: 3)) { try log.append($0) }
    let bytes = try Data(contentsOf: URL(filePath: path))
    let ends = bytes.indices.filter { bytes[$0] == 0x0A }
    for length in stride(from: 0, through: bytes.count, by: 37) {
      try bytes.prefix(length).write(to: URL(filePath: path))
      let opened = try TrialLog(path: path, for: tuner, resuming: true)
      let whole = max(0, ends.count { $0 < length } - 1)
      #expect(opened.trials == Array(trials.prefix(whole)), "\(length) bytes")
      for trial in trials.dropFirst(whole) { try opened.append(trial) }
      #expect(try Data(contentsOf: URL(filePath: path)) == bytes, "\(length) bytes")
    }
  }

  @Test func otherSearchesAreRefused() throws {
    defer { remove() }
    let tuner = try TuningData.ratingTuner()
    _ = try TrialLog(path: path, for: tuner, resuming: false)
    let before = try text()
    func refusal(_ other: Tuner, resuming: Bool = true) -> String {
      let error = #expect(throws: ALSError.self) { try TrialLog(path: path, for: other, resuming: resuming) }
      #expect(error?.message.hasPrefix(path) == true)
      return error?.message ?? ""
    }
    #expect(refusal(tuner, resuming: false).contains("has 0 trials already"))
    #expect(refusal(try TuningData.ratingTuner(seed: 7)).contains("its seed is 0, not 7"))
    var space = tuner.space
    space.regularization = 0.01...0.5
    #expect(refusal(try Tuner(tuner.validation, space: space)).contains("its regularization is "))
    space = tuner.space
    space.factors = 2...4
    #expect(refusal(try Tuner(tuner.validation, space: space)).contains("its factors is 2:8, not 2:4"))
    let other = try ValidationSet(
      splitting: try TuningData.ratings(), fraction: 0.2, seed: 1, metric: .rating(.rmse))
    #expect(refusal(try Tuner(other, space: tuner.space)).contains("another data set"))
    let mae = try ValidationSet(splitting: try TuningData.ratings(), fraction: 0.2, metric: .rating(.mae))
    #expect(refusal(try Tuner(mae, space: tuner.space)).contains("its metric is rmse, not mae"))
    #expect(try text() == before)
  }

  @Test func otherFilesAreRefused() throws {
    defer { remove() }
    let tuner = try TuningData.ratingTuner()
    for content in ["user,item\n1,2\n", "user,item", "{\"event\":\"start\"}\n"] {
      try content.write(toFile: path, atomically: true, encoding: .utf8)
      let error = #expect(throws: ALSError.self) { try TrialLog(path: path, for: tuner, resuming: true) }
      #expect(error?.kind == .data)
      #expect(try text() == content)
    }
    let nowhere = #expect(throws: ALSError.self) { try TrialLog(path: path + "/no", for: tuner, resuming: false) }
    #expect(nowhere?.kind == .cannotCreate)
  }
}
