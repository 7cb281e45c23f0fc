import ALS
import ALSPlatform
import ALSSparse
import ALSTestSupport
import Foundation
import Testing

/// What is wrong with one rank's part ends all ranks, for the same reason, and none waits for another.
@Suite struct RankFailureTests {
  /// The error that a training, and the writing of its model, ends with in each rank.
  static func errors(
    _ configuration: ModelConfiguration, on interactions: Interactions, ranks: Int,
    checkpointing: Checkpointing? = nil, writingTo path: String
  ) throws -> [ALSError] {
    try LocalRanks.run(ranks) { communicator in
      do {
        let run = try DistributedRun(
          configuration, on: interactions.shard(rank: communicator.rank, of: ranks),
          identifiers: { (interactions.users, interactions.items) }, over: communicator, threads: 1)
        try run.run.run(checkpointing: checkpointing)
        try run.writeModel(to: path, validation: nil)
        return nil
      } catch let error as ALSError {
        return error
      }
    }.compactMap { $0 }
  }

  /// Of a user, and of an item whose entries lie in all ranks.
  @Test(arguments: [1, 2, 4], [(1e300, "user u3 with its 3 entries"), (60, "item i0 with its 9 entries")])
  func regularizationsAreInTheRangeOfTheArithmetic(ranks: Int, row: (exponent: Double, name: String)) throws {
    let scratch = try Scratch()
    let pairs = (0..<9).map { ($0, 0) } + [(3, 1), (3, 2), (7, 1), (7, 2)]
    let interactions = try Interactions(users: pairs.map { "u\($0.0)" }, items: pairs.map { "i\($0.1)" })
    let configuration = ModelConfiguration.explicit(
      ExplicitALS(factors: 2, iterations: 1, regularization: 0.1, regularizationExponent: row.exponent))
    let single = try #require(throws: ALSError.self) { try configuration.fit(interactions) }
    #expect(single.message.contains(row.name))
    let errors = try Self.errors(
      configuration, on: interactions, ranks: ranks, writingTo: scratch.path("model.safetensors"))
    #expect(errors == Array(repeating: single, count: ranks))
  }

  /// Items that begin near zero make users too large for scores, in the last rank alone.
  @Test(arguments: [1, 2, 4]) func unusableFactorsAreNotWritten(ranks: Int) throws {
    let scratch = try Scratch()
    let pairs = (0..<8).map { ($0, 0) } + (0..<8).map { ($0, 1 + $0 % 2) }
    let interactions = try Interactions(
      users: pairs.map(\.0), items: pairs.map(\.1), values: pairs.map { $0.0 == 7 ? ($0.1 == 0 ? -1e10 : 1e10) : 1e-3 })
    let configuration = ModelConfiguration.explicit(
      ExplicitALS(
        ExplicitLoss(biases: false), factors: 2, iterations: 1, regularization: 1e-25, solver: .cholesky,
        initialScale: 1e-6))
    let path = scratch.path("model.safetensors")
    let single = try #require(throws: ALSError.self) { try configuration.fit(interactions).write(to: path) }
    #expect(single.message.contains("is not written: user 7 has a factor of"))
    let errors = try Self.errors(configuration, on: interactions, ranks: ranks, writingTo: path)
    #expect(errors.count == ranks && Set(errors).count == 1)
    let message = try #require(errors.first?.message)
    #expect(message.hasPrefix("\(path): is not written: user 7 has a factor of"), "\(message)")
    #expect(try scratch.files.isEmpty)
  }

  @Test(arguments: [1, 2, 4], [0, 1, 2]) func aMissingPartIsNamed(ranks: Int, missing: Int) throws {
    let scratch = try Scratch()
    let interactions = try RankTrainingTests.interactions(users: 60, items: 40, count: 400, seed: 9)
    let configuration = ModelConfiguration.implicit(ImplicitALS(factors: 3, iterations: 2))
    let path = scratch.path("checkpoint")
    let model = scratch.path("model.safetensors")
    let none = try Self.errors(
      configuration, on: interactions, ranks: 3, checkpointing: Checkpointing(path: path), writingTo: model)
    #expect(none.isEmpty)
    let part = "\(path).iteration-2.part-\(missing)-of-3"
    try FileManager.default.removeItem(atPath: part)
    let errors = try Self.errors(
      configuration, on: interactions, ranks: ranks, checkpointing: Checkpointing(path: path), writingTo: model)
    #expect(errors.count == ranks && Set(errors).count == 1)
    let message = try #require(errors.first?.message)
    #expect(message.hasPrefix("\(part): cannot be opened"))
    #expect(message.contains("It is a part of \(path): copy the checkpoint again with all of its parts"), "\(message)")
  }
}
