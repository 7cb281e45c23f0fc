import ALS
import ArgumentParser
import Foundation

/// The machines that a plan is made for.
struct NetworkOptions: ParsableArguments {
  @Option(help: "Gigabits per second that a machine sends, and receives. Default: 25.")
  var bandwidth: Double = 25
  @Option(help: "Cores of a machine. Default: 32.")
  var cores: Double = 32

  @Option(help: "Microseconds until a message arrives at another machine. Default: 20.")
  var latency: Double = 20

  func validate() throws {
    guard latency >= 0, latency.isFinite else {
      throw ValidationError("--latency is \(latency), but it must be 0 or more microseconds.")
    }
    for (name, value) in [("--bandwidth", bandwidth), ("--cores", cores)] where !(value > 0 && value.isFinite) {
      throw ValidationError("\(name) is \(value), but it must be a positive number.")
    }
  }

  var machine: ScalingModel.Machine {
    ScalingModel.Machine(cores: cores, bandwidth: bandwidth * 1e9 / 8, latency: latency / 1e6)
  }
}

extension ScalingModel {
  /// What early stopping costs besides.
  var measurementDescription: String {
    let neededOnly = holdsNeededItemsOnly
    return "a measurement has each rank hold all \(Int(items).grouped) items: "
      + "\((measurementMemoryBytes(neededOnly: neededOnly) / 1e6).significant(4)) MB of memory besides, "
      + "\((measurementSentBytes(neededOnly: neededOnly) / 1e6).significant(4)) MB sent by a rank\n"
  }

  /// What each way to hold the items costs, and which one a training takes.
  func description(on machine: Machine) -> String {
    func line(_ name: String, _ value: (Bool) -> String) -> String {
      "  \(name.padding(toLength: 44, withPad: " ", startingAt: 0))"
        + [false, true].map { value($0).padding(toLength: 16, withPad: " ", startingAt: 0) }.joined() + "\n"
    }
    let share = 100 * neededItems / max(items, 1)
    return line("each rank holds") { $0 ? "needed items" : "all items" }
      + line("items") { "\(Int(travelling($0)).grouped)" }
      + line("sent by a rank in an iteration, MB") { (sentBytes(neededOnly: $0) / 1e6).significant(4) }
      + line("memory of a rank, MB") { (memoryBytes(neededOnly: $0) / 1e6).significant(4) }
      + line("seconds of communication") { seconds(on: machine, neededOnly: $0).exchange.significant(3) }
      + line("seconds of an iteration, modelled") { iterationSeconds(on: machine, neededOnly: $0).significant(3) }
      + "a rank needs \(share.significant(3)) % of the items on average: "
      + "\(holdsNeededItemsOnly ? "it holds only those" : "it holds all")\n"
  }
}
