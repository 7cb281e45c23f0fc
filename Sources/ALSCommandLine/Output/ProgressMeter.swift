import ALS
import ArgumentParser

/// How progress is shown.
enum ProgressStyle: String, CaseIterable, ExpressibleByArgument {
  case auto, bar, plain, none
}

/// Shows iterations on standard error as they end.
final class ProgressMeter {
  private let style: ProgressStyle
  private let iterations: Int
  /// The number of iterations, as it is shown.
  private let total: String
  private let metric: String?
  private var isOpen = false

  /// `iterations` of `nil` are open; `metric` is what validation measures, if there is any.
  init(style: ProgressStyle, iterations: Int?, metric: String? = nil) {
    self.style = style == .auto ? (StandardError.isTerminal ? .bar : .plain) : style
    self.iterations = iterations ?? ModelConfiguration.mostIterations
    total = iterations.map { "\($0)" } ?? "≤\(self.iterations)"
    self.metric = metric
    if self.style == .bar { draw(done: 0, text: "") }
  }

  func show(_ record: IterationRecord) {
    var values = record.loss.map { ", loss \($0.significant(8))" } ?? ""
    if let metric, let value = record.validation { values += ", \(metric) \(value.fixed(5))" }
    switch style {
    case .bar:
      let left = Double(iterations - record.iteration) * record.seconds
      draw(
        done: record.iteration,
        text:
          "\(record.seconds.significant(3)) s/iteration\(values), \(metric == nil && !total.hasPrefix("≤") ? "" : "at most ")\(left.fixed(left < 10 ? 1 : 0)) s left"
      )
    case .plain:
      StandardError.write(
        "iteration \(record.iteration)/\(total): \(record.seconds.fixed(3)) s "
          + "(users \(record.userSeconds.fixed(3)), items \(record.itemSeconds.fixed(3)))\(values)\n")
    case .none, .auto: break
    }
  }

  /// Leaves the cursor on a new line.
  func finish() {
    if isOpen { StandardError.write("\n") }
    isOpen = false
  }

  private func draw(done: Int, text: String) {
    let width = 24
    let filled = width * done / max(iterations, 1)
    let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: width - filled)
    // Erases to the end of the line, in case the last text was longer.
    StandardError.write("\r\(bar) \(done)/\(total)  \(text)\u{1B}[K")
    isOpen = true
  }
}
