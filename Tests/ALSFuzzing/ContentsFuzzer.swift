import ALS
import ALSArrays
import ALSFiles
import ALSPlatform
import ALSSparse
import ALSTestSupport
import Foundation

/// Gives files whose form and checksums are right, and whose contents are not, to whoever opens them, and uses what comes
/// of it.
///
/// It is trained on, recommends and folds in. All of it must work, with finite scores, or throw an `ALSError`.
public final class ContentsFuzzer {
  /// What is altered.
  public enum Kind: String, CaseIterable, Sendable {
    case compiled, model, checkpoint, stoppedCheckpoint, shardedCheckpoint, sciPy, matrixMarket
  }

  /// How often a file could be used, and how often it was refused.
  public private(set) var counts: [Kind: (used: Int, refused: Int)] = [:]
  private let scratch: Scratch
  private let interactions: Interactions
  private var compiled: [SealedCompiledFile] = []
  private var models: [SealedTensors] = []
  private var checkpoints: [Kind: [SealedTensors]] = [:]
  private var manifest: Any = 0
  private var parts: [(name: String, tensors: SealedTensors, bytes: [UInt8])] = []

  /// Makes the files that are altered.
  public init() throws {
    scratch = try Scratch()
    var random = RandomGenerator(seed: 3)
    let rows = (0..<50).map { _ in (random.nextIndex(below: 9), random.nextIndex(below: 7), random.nextIndex(below: 5))
    }
    interactions = try Interactions(
      users: rows.map { "ü\($0.0)" }, items: rows.map { $0.1 }, values: rows.map { Float($0.2 + 1) })
    for (name, line) in [
      ("named", { "ü\($0.0),\($0.1),\($0.2),\($0.1 * 60)\n" }), ("counted", { "\($0.0),\($0.1)\n" }),
      ("weighted", { "\($0.0),\($0.1),\($0.2),\($0.2 + 1)\n" }),
    ]
      as [(String, ((Int, Int, Int)) -> String)]
    {
      let csv = try scratch.write(rows.map(line).joined().utf8, to: "\(name).csv")
      let weights: Column? = name == "weighted" ? 4 : nil
      let reader = InteractionsReader(
        format: DelimitedFormat(weightColumn: weights, hasHeader: false), readsTimes: name == "named")
      _ = try CompiledInteractions.compile(csv, to: scratch.path(name), reader: reader, memory: 1 << 30)
      compiled.append(try SealedCompiledFile(scratch.read(name)))
    }
    try makeModels()
    try makeCheckpoints()
  }

  private static let implicit = ImplicitALS(factors: 3, iterations: 2)
  private static let explicit = ExplicitALS(factors: 2, iterations: 2, precision: .double)
  private static func resuming(_ iterations: Int) -> ImplicitALS { ImplicitALS(factors: 3, iterations: iterations) }
  private static var stopping: EarlyStopping { EarlyStopping(metric: "sum") { $0.userFactors(at: 0).reduce(0, +) } }

  private func makeModels() throws {
    for model in [try Self.implicit.fit(interactions, threads: 1), try Self.explicit.fit(interactions, threads: 1)] {
      try model.write(to: scratch.path("model"))
      models.append(try SealedTensors(scratch.read("model")))
    }
  }

  private func makeCheckpoints() throws {
    for (kind, stopping) in [(Kind.checkpoint, nil), (.stoppedCheckpoint, Self.stopping)] {
      let path = scratch.path(kind.rawValue)
      _ = try Self.implicit.fit(
        interactions, threads: 1, stopping: stopping, checkpointing: Checkpointing(path: path))
      checkpoints[kind] = [try SealedTensors(scratch.read(kind.rawValue))]
    }
    let path = scratch.path("shards")
    _ = try LocalRanks.run(2) { [interactions] in
      try Self.shardedRun(interactions, Self.resuming(2), over: $0).run.run(checkpointing: Checkpointing(path: path))
    }
    manifest = try JSONSerialization.jsonObject(with: Data(scratch.read("shards")))
    for name in try scratch.files where name.contains(".part-") {
      let bytes = try scratch.read(name)
      parts.append((name, try SealedTensors(bytes), bytes))
    }
  }

  private static func shardedRun(
    _ interactions: Interactions, _ configuration: ImplicitALS, over rank: LocalRank
  ) throws -> DistributedRun {
    try DistributedRun(
      .implicit(configuration), on: interactions.shard(rank: rank.rank, of: rank.count),
      identifiers: { (interactions.users, interactions.items) }, over: rank, threads: 1)
  }

  /// Tries one file of a kind; throws what nothing should.
  public func run(_ kind: Kind, seed: UInt64) throws {
    var mutator = FieldMutator(random: RandomGenerator(seed: seed))
    do {
      try use(kind, &mutator)
      counts[kind, default: (0, 0)].used += 1
    } catch is ALSError {
      counts[kind, default: (0, 0)].refused += 1
    }
  }

  /// The bytes of a compiled file or of a model with altered contents.
  public func bytes(of kind: Kind, seed: UInt64) throws -> [UInt8] {
    var mutator = FieldMutator(random: RandomGenerator(seed: seed))
    return try kind == .compiled
      ? mutator.choose(compiled).altered(by: &mutator) : mutator.choose(models).altered(by: &mutator)
  }

  private func use(_ kind: Kind, _ mutator: inout FieldMutator) throws {
    switch kind {
    case .compiled:
      let path = try scratch.write(mutator.choose(compiled).altered(by: &mutator), to: "altered")
      _ = try? CompiledInteractions(unverified: path).shards(0..<2, of: 2).map { $0.neededItemCount() }
      let events = try? InteractionsReader(readsTimes: true, threads: 1).readEvents(path).events
      _ = events?.count
      let mapped = mutator.random.nextIndex(below: 2) == 0
      try use(CompiledInteractions(contentsOf: path, mapped: mapped, threads: 1).interactions())
    case .model:
      let path = try scratch.write(mutator.choose(models).altered(by: &mutator), to: "altered")
      try use(FactorModel(contentsOf: path, mapped: mutator.random.nextIndex(below: 2) == 0))
    case .checkpoint, .stoppedCheckpoint:
      let path = try scratch.write(checkpoints[kind]?[0].altered(by: &mutator) ?? [], to: "altered")
      try use(
        Self.resuming(3).fit(
          interactions, threads: 1, stopping: kind == .checkpoint ? nil : Self.stopping,
          checkpointing: Checkpointing(path: path)))
    case .shardedCheckpoint: try useShards(&mutator)
    case .sciPy: try use(read(sciPy(&mutator)))
    case .matrixMarket: try use(read(scratch.write(matrixMarket(&mutator).utf8, to: "altered")))
    }
  }

  private func useShards(_ mutator: inout FieldMutator) throws {
    let altersManifest = mutator.random.nextIndex(below: 2) == 0
    let changed = altersManifest ? mutator.altered(manifest) : manifest
    let path = try scratch.write(try JSONSerialization.data(withJSONObject: changed), to: "shards")
    let victim = altersManifest ? -1 : mutator.random.nextIndex(below: parts.count)
    for (index, part) in parts.enumerated() {
      _ = try scratch.write(index == victim ? part.tensors.altered(by: &mutator) : part.bytes, to: part.name)
    }
    _ = try LocalRanks.run(1) { [interactions] in
      try Self.shardedRun(interactions, Self.resuming(3), over: $0).run.run(checkpointing: Checkpointing(path: path))
    }
  }

  /// The arrays of a matrix that SciPy would have written, one element altered.
  private func sciPy(_ mutator: inout FieldMutator) throws -> String {
    func altered<Element: NumPyElement>(_ elements: [Element], _ type: String, _ isVictim: Bool) -> Buffer<Element> {
      var bytes = elements.withUnsafeBytes { Array($0) }
      if isVictim { mutator.alter(&bytes, bytes.indices, type: type) }
      return bytes.withUnsafeBytes { raw in
        Buffer(
          (0..<elements.count).map {
            raw.loadUnaligned(fromByteOffset: $0 * MemoryLayout<Element>.stride, as: Element.self)
          })
      }
    }
    let victim = mutator.random.nextIndex(below: 7)
    let format = mutator.choose(["csr", "csc", "coo"])
    var writer = try NumPyArchiveWriter(path: scratch.path("altered"))
    try writer.add("format", text: format)
    try writer.add("shape", altered([Int64(3), 3], "I64", victim == 0), shape: [2])
    if format == "coo" {
      try writer.add("row", altered([Int32(0), 2, 1, 0], "I32", victim == 1), shape: [4])
      try writer.add("col", altered([Int32(2), 0, 1, 1], "I32", victim == 2), shape: [4])
    } else {
      try writer.add("indptr", altered([Int32(0), 1, 1, 4], "I32", victim == 1), shape: [4])
      try writer.add("indices", altered([Int32(2), 0, 1, 2], "I32", victim == 2), shape: [4])
    }
    try writer.add("data", altered([Float(1), 2, 3, 4], "F32", victim == 3), shape: [4])
    try writer.add("user_id_bytes", altered(Array("aéé c".utf8), "U8", victim == 4), shape: [7])
    try writer.add("user_id_offsets", altered([Int64(0), 1, 5, 7], "I64", victim == 5), shape: [4])
    try writer.add("item_ids", altered([Int64(9), 4, -3], "I64", victim == 6), shape: [3])
    try writer.commit()
    return scratch.path("altered")
  }

  private func matrixMarket(_ mutator: inout FieldMutator) -> String {
    var numbers = ["3", "3", "4", "1", "2", "0.5", "3", "1", "2", "2", "2", "1", "3", "3", "7"]
    for _ in 0..<mutator.random.nextIndex(below: 3) {
      numbers[mutator.random.nextIndex(below: numbers.count)] = mutator.choose([
        "0", "-1", "4", "2147483647", "2147483648", "9223372036854775807", "99999999999999999999", "nan", "inf", "1e39",
        "3e38", "1e-46", "-0", "1.5",
      ])
    }
    let symmetry = mutator.choose(["general", "symmetric", "skew-symmetric"])
    return "%%MatrixMarket matrix coordinate real \(symmetry)\n"
      + stride(from: 0, to: numbers.count, by: 3).map { numbers[$0..<$0 + 3].joined(separator: " ") + "\n" }.joined()
  }

  private func read(_ path: String) throws -> Interactions {
    try InteractionsReader(threads: 1).readInteractions(path, duplicates: .sum).interactions
  }

  // MARK: Use

  private func use(_ interactions: Interactions) throws {
    precondition(interactions.byUser.brokenInvariant() == nil && interactions.byItem.brokenInvariant() == nil)
    _ = (
      interactions.meanValue(), interactions.valueRange(), interactions.userCounts().max(),
      interactions.itemCounts().max()
    )
    if interactions.users.count > 1000 || interactions.items.count > 1000 { return }
    if let model = try? Self.explicit.fit(interactions, threads: 1) { try use(model) }
    try use(Self.implicit.fit(interactions, threads: 1))
  }

  private func use(_ model: FactorModel) throws {
    func requireFinite(_ scores: some Sequence<Double>) {
      precondition(scores.allSatisfy(\.isFinite), "a score is not finite")
    }
    requireFinite(try model.recommend(user: model.users[0], count: 3).map(\.score))
    requireFinite(try model.similar(item: model.items[0], count: 2).map(\.score))
    requireFinite([try model.score(user: model.users[model.users.count - 1], item: model.items[0])])
    _ = try? model.popularItems(count: 2)
    _ = model.history.reduce(0) { $0 + $1.rescuedRows }
    let exclusions = Exclusions(seen: interactions, for: model)
    requireFinite(try model.recommend(user: model.users[0], count: 3, excluding: exclusions).map(\.score))
    // What a row solves may have no finite solution, which says nothing of the file.
    if let row = try? model.foldIn(user: History([model.items[0]], values: [2])) {
      requireFinite(try model.recommend(user: row, count: 2).map(\.score))
    }
    if let rows = try? model.foldIn(users: interactions, threads: 1) {
      requireFinite((0..<rows.count).flatMap { rows.factors(at: $0) })
    }
    _ = try? model.explain(item: model.items[0], history: [model.items[0]])
    try model.write(to: scratch.path("again"))
  }
}
