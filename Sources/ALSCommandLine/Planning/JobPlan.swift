import ALS
import ALSDense
import ALSFiles
import ALSPlatform

/// What a training will take, in memory and on disk.
struct JobPlan {
  var configuration: ModelConfiguration
  let input: InputExtent
  /// Whether the input is text, which is read into memory first.
  var isText: Bool
  var manner: TrainingConditions
  /// The files that will be written.
  let model: String
  let checkpoint: String?
  /// Whether the model remembers what users have.
  var remembersSeen = false

  /// What the program and its libraries take, with the buffers of BLAS.
  private static let programBytes = 34 << 20

  private var extent: DataExtent {
    var extent = DataExtent(
      users: input.users.count, items: input.items.count, entries: input.mapped?.count ?? input.rows,
      hasValues: input.channels.contains(.values), hasWeights: input.channels.contains(.weights),
      identifierBytes: input.users.byteCount + input.items.byteCount, mapped: input.mapped)
    extent.isMapped = !isText
    return extent
  }

  /// The memory of the training itself.
  private var training: TrainingMemory { configuration.memory(for: extent, manner) }

  /// What takes memory when most of it is taken: reading, or a stage of the training.
  var memory: [TrainingMemory.Part] {
    let program = TrainingMemory.Part(name: "program and libraries", bytes: Self.programBytes)
    let reading = TrainingMemory.Part(
      name: "reading the text", bytes: input.readingBytes + extent.identifierBytes)
    if isText, reading.bytes > training.peak { return [program, reading] }
    return [program] + training.parts + (training.widestStage.map { [$0] } ?? [])
  }

  /// The most bytes that will be resident.
  var peak: Int { memory.reduce(0) { $0 + $1.bytes } }

  /// The part of them that gives way when memory is short.
  var yielding: Int { memory.reduce(0) { $0 + ($1.isMapped ? $1.bytes : 0) } }

  /// The files that will be written, with their sizes; old ones stay until new ones are whole.
  var files: [(name: String, path: String, bytes: Int)] {
    let factors = configuration.factorBytes(for: extent)
    let metadata = 1500 + 200 * (configuration.iterations ?? ModelConfiguration.mostIterations)
    let seen = remembersSeen ? 4 * extent.entries + 8 * (extent.users + 1) : 0
    let model = factors + extent.identifierBytes + 8 * extent.items + metadata + seen
    // The last checkpoint is replaced by the one before it is gone.
    return [("model", self.model, model)]
      + (checkpoint.map { [("checkpoint, twice while it is replaced", $0, 2 * (factors + metadata))] } ?? [])
  }
}

extension JobPlan {
  /// The tightest limit, and what of the memory counts there.
  var limit: (limit: AvailableMemory, needed: Int)? {
    AvailableMemory.limits().map { ($0, needed(under: $0)) }.max { $0.1 - $0.0.bytes < $1.1 - $1.0.bytes }
  }

  /// Where addresses count, those of BLAS do, of which few are ever used.
  func needed(under limit: AvailableMemory) -> Int {
    limit.countsMappedFiles ? peak + manner.threads * BLASBuffers.bytes : peak - yielding
  }

  /// Throws when memory or a disk is too small, with what would make it do.
  func check(input path: String) throws {
    if let (limit, needed) = limit, needed > limit.bytes {
      let remedies = PlanRemedies(plan: self, limit: limit, input: path).texts
      throw ALSError(
        .configuration,
        "the training needs \(formattedSize(needed)) of memory, but \(formattedSize(max(0, limit.bytes))) \(limit.reason). "
          + (remedies.isEmpty
            ? "No option makes it fit; a machine with more memory is needed."
            : "It would fit with \(remedies.joined(separator: ", or with "))."))
    }
    let disks = Dictionary(grouping: files.compactMap { file in DiskSpace(of: file.path).map { ($0, file) } }) {
      $0.0.device
    }
    for (_, entries) in disks {
      let needed = entries.reduce(0) { $0 + $1.1.bytes }
      guard let (disk, _) = entries.first, needed > disk.free else { continue }
      let names = entries.map(\.1.path).joined(separator: " and ")
      throw ALSError(
        .cannotCreate,
        "\(formattedSize(needed)) will be written, but \(formattedSize(disk.free)) are free in \(disk.directory). "
          + "Name \(entries.count > 1 ? "files on another disk with --output and --checkpoint" : "a file on another disk"), "
          + "free some space, or ask for fewer --factors.", at: names)
    }
  }
}
