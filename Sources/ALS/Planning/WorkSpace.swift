import ALSDense
import ALSSparse

/// What the engine allocates, by what it is asked for; each number is that of the code that allocates it.
struct WorkSpace {
  let configuration: ModelConfiguration
  let extent: DataExtent
  let manner: TrainingConditions

  private var factors: Int { configuration.factorCount }
  private var precision: Precision { configuration.precision }
  private var element: Int { precision.byteCount }
  private var width: Int { configuration.width }
  /// Whether cells without an observation have a weight.
  private var hasGram: Bool { configuration.definition.weighsUnobserved }
  /// Whether the solver reads the values of entries.
  private var readsValues: Bool { configuration.definition.valueUse != .none }
  /// The bytes of an entry that are not as they were read.
  private var computedBytes: Int {
    let loss = configuration.definition
    if loss.separatesWeights(extent.hasWeights) { return 8 }
    switch loss.valueUse {
    case .none: return 0
    case .asTheyAre: return extent.hasWeights ? 4 : 0
    case .transformed: return 4
    }
  }
  private var padded: Int {
    precision == .float ? GatherTable<Float>.width(for: width) : GatherTable<Double>.width(for: width)
  }
  private var rows: Int { extent.users + extent.items }
  private var tables: Int { rows * width * element }

  var memory: TrainingMemory {
    var parts = [
      TrainingMemory.Part(name: "identifiers", bytes: extent.identifierBytes, isMapped: extent.isMapped),
      interactions,
      .init(name: "factors of users and items", bytes: tables),
    ]
    if computedBytes > 0 {
      parts.append(
        .init(name: "computed weights and values, both orientations", bytes: 2 * extent.entries * computedBytes))
    }
    if ImplicitLoss(configuration.loss)?.densityScope == .all {
      parts.append(.init(name: "weights of cells, and factors without them", bytes: rows * 8 + tables))
    }
    if manner.copiesFactors {
      parts.append(.init(name: "copy of the factors for checkpoints", bytes: tables))
    }
    if manner.holdsOut {
      parts.append(
        .init(
          name: "parts to train on and to measure on",
          bytes: 2 * extent.entryBytes(withValues: true) + 2 * extent.startBytes))
      parts.append(.init(name: "best model and candidate", bytes: 2 * tables))
    }
    return TrainingMemory(parts: parts, stages: stages)
  }

  private var interactions: TrainingMemory.Part {
    let byUser = extent.entryBytes(withValues: true)
    // Of data that are divided only one orientation is read.
    let byItem = manner.holdsOut ? 0 : extent.entryBytes(withValues: readsValues)
    guard extent.isMapped else {
      return .init(
        name: "interactions, both orientations",
        bytes: 2 * extent.entryBytes(withValues: true) + extent.startBytes)
    }
    let name = "interactions, in the mapped file"
    guard extent.isInLargeFile else {
      return .init(name: name, bytes: byUser + byItem + extent.startBytes, isMapped: true)
    }
    // Only windows of it stay resident, and rows that are solved together.
    let perEntry = extent.bytesPerEntry(withValues: readsValues)
    let windows = (manner.threads + 1) * MappedWindows.entries * perEntry
    let resident = max(min(windows, byUser), min(windows + tiledEntries * perEntry, byItem))
    return .init(name: name, bytes: resident + extent.startBytes, isMapped: true)
  }

  private var stages: [TrainingMemory.Part] {
    // Room for the copy of a side stays until the last half-sweep.
    let room = copyBytes(of: max(extent.users, extent.items))
    var stages: [TrainingMemory.Part] = [
      .init(name: "products of factors", bytes: room + gramBytes(rows: max(extent.users, extent.items), element)),
      .init(
        name: "solving users",
        bytes: room + offsets(of: extent.items) + tilingBytes(solved: extent.users, fixed: extent.items)),
      .init(
        name: "solving items",
        bytes: room + offsets(of: extent.users) + tilingBytes(solved: extent.items, fixed: extent.users)),
      .init(
        name: "solving users exactly",
        bytes: offsets(of: extent.items) + (padded == width ? 0 : extent.items * padded * element)
          + (hasGram ? gramBytes(rows: extent.items, 8) : 0)),
    ]
    if manner.computingLoss {
      stages.append(
        .init(
          name: "computing the objective",
          bytes: room + offsets(of: extent.items) + (hasGram ? gramBytes(rows: max(extent.users, extent.items), 8) : 0))
      )
    }
    if configuration.hasBiases {
      stages.append(.init(name: "taking the biases apart", bytes: rows * factors * element))
    }
    if manner.holdsOut {
      // Both parts as events, before there are any factors.
      let events = extent.entries * 4 + extent.entryBytes(withValues: true)
      stages.append(.init(name: "dividing the data, before there are factors", bytes: max(0, events - 3 * tables)))
    }
    return stages
  }

  /// The copy that solvers gather from.
  private func copyBytes(of count: Int) -> Int {
    let halves = configuration.rowSolver.tableFormat == .half && precision == .float
    return halves ? count * padded * 2 : padded == width ? 0 : count * padded * element
  }

  /// The side without its biases, and the biases.
  private func offsets(of count: Int) -> Int { configuration.hasBiases ? count * (width * element + 8) : 0 }

  /// Partial sums of the products of all rows; see ``gram(of:columns:threads:)``.
  private func gramBytes(rows: Int, _ element: Int) -> Int {
    let block = max(512, (rows + 255) / 256)
    return (rows + block - 1) / block * factors * factors * element
  }

  /// The tiles of the users, and the fewest entries of an item that is solved tile by tile; `nil` where none is.
  private var tiles: (count: Int, leastEntries: Int)? {
    guard let tileBytes = configuration.rowSolver.tiling else { return nil }
    let rowBytes = padded * (precision == .float ? 2 : element)
    let tileRows = max(1, tileBytes / rowBytes)
    let count = (extent.users + tileRows - 1) / tileRows
    return Tiling.leastEntries(tileCount: count).map { (count, $0) }
  }

  private var tiledEntries: Int {
    tiles.map { extent.entriesOfItems(withEntries: $0.leastEntries) } ?? 0
  }

  /// What rows that are solved together take.
  private func tilingBytes(solved: Int, fixed: Int) -> Int {
    // Users with so many entries that tiles of items pay are few.
    guard fixed == extent.users, let (tileCount, leastEntries) = tiles else { return 0 }
    let rows = extent.items(withEntries: leastEntries)
    let group = min(rows, Tiling.groupSize(tileCount: tileCount, rowBytes: padded * element))
    return group * ((Tiling.sliceCount(tileCount: tileCount) + 6) * padded * element + (tileCount + 1) * 8)
  }
}
