import ALS

extension RunLog {
  /// What a training would take.
  func plan(_ plan: JobPlan) {
    struct Part: Encodable { let name: String, bytes: Int }
    struct Plan: Encodable {
      let event = "plan", peakBytes: Int, memory: [Part], files: [Part]
    }
    write(
      Plan(
        peakBytes: plan.peak, memory: plan.memory.map { Part(name: $0.name, bytes: $0.bytes) },
        files: plan.files.map { Part(name: $0.path, bytes: $0.bytes) }))
  }
}
