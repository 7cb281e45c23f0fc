import ALS
import ArgumentParser
import Foundation

/// The command `als-mpi plan`.
struct DistributedPlan: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan",
    abstract: "Estimate what trainings of some size take on clusters of several sizes.",
    discussion: """
      Bytes follow from how the training works, seconds from rates that were measured on one core; see docs/scaling.md. \
      For a file that is there, use als-mpi train --dry-run, which counts instead.

        als-mpi plan --users 100000000 --items 10000000 --interactions 10000000000 --factors 128 --ranks 16 64 256
      """)

  @Option(help: "Number of users.")
  var users: Int
  @Option(help: "Number of items.")
  var items: Int
  @Option(help: "Number of pairs of user and item.")
  var interactions: Int
  @Option(help: "Number of factors. Default: 64.")
  var factors = 64
  @Option(help: "How rows are solved.")
  var solver: Solver = .conjugateGradient
  @Option(help: "Most steps of --solver conjugateGradient for a row in an iteration. Default: 2.")
  var cgSteps = 2
  @Option(parsing: .upToNextOption, help: "Numbers of machines.")
  var ranks: [Int]
  @Option(help: "How the popularity of items falls: as that of the i-th to the power of minus this. Default: 1.")
  var popularityExponent = 1.0
  @OptionGroup var network: NetworkOptions

  func validate() throws {
    let counts = [("--users", users), ("--items", items), ("--interactions", interactions), ("--factors", factors)]
    for (name, value) in counts + ranks.map({ ("--ranks", $0) }) where value < 1 {
      throw ValidationError("\(name) is \(value), but it must be 1 or more.")
    }
  }

  /// How many users a rank needs when all have as many items, which is the most there can be.
  private func neededUsers(ranks: Int) -> Double {
    Double(users)
      * ScalingModel.neededShare(
        items: Double(users), interactions: Double(interactions), ranks: Double(ranks), exponent: 0)
  }

  func run() throws {
    var text = "machines  needed items  sent, GB  memory, GB  users, s  items, s  communication, s  iteration, s\n"
    for count in ranks {
      let share = ScalingModel.neededShare(
        items: Double(items), interactions: Double(interactions), ranks: Double(count), exponent: popularityExponent)
      let model = ScalingModel(
        users: Double(users), items: Double(items), interactions: Double(interactions), width: factors, steps: cgSteps,
        elementBytes: 4, entryBytes: 4, ranks: count, neededItems: share * Double(items),
        neededUsers: solver.traffic == .wholeRows ? neededUsers(ranks: count) : nil)
      let neededOnly = model.holdsNeededItemsOnly
      let seconds = model.seconds(on: network.machine, neededOnly: neededOnly)
      let cells: [(String, Int)] = [
        ("\(count)", 8), ("\((100 * share).fixed(0)) %", 14),
        ((model.sentBytes(neededOnly: neededOnly) / 1e9).significant(3), 10),
        ((model.memoryBytes(neededOnly: neededOnly) / 1e9).significant(3), 12), (seconds.users.significant(3), 10),
        (seconds.items.significant(3), 10), (seconds.exchange.significant(3), 18),
        (model.iterationSeconds(on: network.machine, neededOnly: neededOnly).significant(3), 14),
      ]
      text += cells.map { String(repeating: " ", count: max(0, $0.1 - $0.0.count)) + $0.0 }.joined() + "\n"
    }
    try StandardOutput.write(text)
  }
}
