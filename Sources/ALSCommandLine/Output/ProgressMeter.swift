import ALS
import ArgumentParser
import Logging

/// How progress is shown.
enum ProgressStyle: String, CaseIterable, ExpressibleByArgument {
  case auto, bar, plain, none
}

/// Shows iterations on standard error as they end.
final class ProgressMeter {
  private let style: ProgressStyle
  private let iterations: Int
  private let isOpenEnded: Bool
  private let interactions: Int
  private let metric: String?
  private var isOpen = false

  /// `iterations` of `nil` are open; `interactions` are gone through in each; `metric` is what validation measures, if
  /// there is any.
  init(style: ProgressStyle, iterations: Int?, interactions: Int, metric: String? = nil) {
    self.style = style == .auto ? (StandardError.isTerminal ? .bar : .plain) : style
    self.iterations = iterations ?? ModelConfiguration.mostIterations
    isOpenEnded = iterations == nil
    self.interactions = interactions
    self.metric = metric
    if self.style == .bar { draw(done: 0, text: "") }
  }

  /// The number of iterations, as it is shown.
  private var total: String { (isOpenEnded ? "≤" : "") + "\(iterations)" }

  func show(_ record: IterationRecord) {
    let rate = record.interactionsPerSecond(of: interactions)
    var values = record.loss.map { ", loss \($0.significant(8))" } ?? ""
    if let metric, let value = record.validation { values += ", \(metric) \(value.fixed(5))" }
    let left = Double(iterations - record.iteration) * record.seconds
    values += ", \((rate / 1e6).significant(3)) M interactions/s"
    if record.iteration < iterations {
      values += ", \(metric == nil && !isOpenEnded ? "" : "at most ")\(left.fixed(left < 10 ? 1 : 0)) s left"
    }
    switch style {
    case .bar: draw(done: record.iteration, text: "\(record.seconds.significant(3)) s/iteration\(values)")
    case .plain:
      StandardError.write(
        "iteration \(record.iteration)/\(total): \(record.seconds.fixed(3)) s "
          + "(users \(record.userSeconds.fixed(3)), items \(record.itemSeconds.fixed(3)))\(values)",
        [
          "iteration": .stringConvertible(record.iteration), "iterations": .stringConvertible(iterations),
          "seconds": .stringConvertible(record.seconds), "interactionsPerSecond": .stringConvertible(rate),
          "secondsLeft": .stringConvertible(left),
        ])
    case .none, .auto: break
    }
  }

  /// Leaves the cursor on a new line.
  func finish() {
    if isOpen { StandardError.draw("\n") }
    isOpen = false
  }

  private func draw(done: Int, text: String) {
    let width = 24
    let filled = width * done / max(iterations, 1)
    let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: width - filled)
    // Erases to the end of the line, in case the last text was longer.
    StandardError.draw("\r\(bar) \(done)/\(total)  \(text)\u{1B}[K")
    isOpen = true
  }
}

extension IterationRecord {
  /// How many of the `interactions` of a training an iteration goes through in a second.
  func interactionsPerSecond(of interactions: Int) -> Double { Double(interactions) / max(seconds, 1e-9) }
}
