import ALS
import ALSPlatform

/// The options that make a training fit that does not.
struct PlanRemedies {
  let plan: JobPlan
  let limit: AvailableMemory
  let input: String

  /// Each of them is enough.
  var texts: [String] {
    var texts: [String] = []
    var all = plan
    func consider(_ text: String, _ change: (inout JobPlan) -> Void) {
      var changed = plan
      change(&changed)
      change(&all)
      if fits(changed) { texts.append(text) }
    }
    if plan.configuration.precision == .double {
      consider("--precision float") { $0.configuration.precision = .float }
    }
    if plan.manner.threads > 1 { consider("--threads 1") { $0.manner.threads = 1 } }
    if plan.manner.copiesFactors { consider("--checkpoint-every 1") { $0.manner.copiesFactors = false } }
    if plan.manner.holdsOut { consider("no --validation") { $0.manner.holdsOut = false } }
    let converting = "`als convert \(input == "-" ? "FILE" : input) --output FILE.als` first, and training on that"
    if plan.isText { consider(converting) { $0.isText = false } }
    if let factors = mostFactors(of: plan) { texts.append("--factors \(factors)") }
    if texts.isEmpty, let factors = mostFactors(of: all) {
      texts.append((plan.isText ? "\(converting), and " : "the least of everything and ") + "--factors \(factors)")
    }
    return texts
  }

  /// With something to spare, because what is available changes.
  private func fits(_ plan: JobPlan) -> Bool { plan.needed(under: limit) * 51 / 50 + (4 << 20) <= limit.bytes }

  /// The most factors that fit, in steps of eight, found by halving; `nil` when not even eight do.
  private func mostFactors(of plan: JobPlan) -> Int? {
    func fits(steps: Int) -> Bool {
      var changed = plan
      changed.configuration.factors = 8 * steps
      return self.fits(changed)
    }
    var (least, most) = (0, max(1, (plan.configuration.factorCount + 7) / 8))
    while most - least > 1 {
      let middle = (least + most) / 2
      if fits(steps: middle) { least = middle } else { most = middle }
    }
    return least > 0 ? 8 * least : nil
  }
}
