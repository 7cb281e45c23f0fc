/// What an iteration costs each of several machines: bytes that follow from how the training works, and seconds that
/// follow from them and from measured rates.
///
/// The figures behind the rates, and what the model says beyond them, are in `docs/scaling.md`.
package struct ScalingModel: Sendable {
  /// What a machine does in a second.
  package struct Machine: Sendable {
    /// Its cores; a rank has one machine.
    package var cores: Double
    /// Bytes that it sends, and receives, in a second.
    package var bandwidth: Double
    /// Seconds until a message arrives.
    package var latency: Double
    /// Seconds of a core for a factor of an entry in a pass.
    package var passSeconds: Double
    /// Seconds of a core for a product and a sum of dense matrices.
    package var denseSeconds: Double

    /// The rates measured on one core, with tables far larger than its caches.
    package init(
      cores: Double, bandwidth: Double, latency: Double = 20e-6, passSeconds: Double = 3.7e-10,
      denseSeconds: Double = 3.2e-11
    ) {
      self.cores = cores
      self.bandwidth = bandwidth
      self.latency = latency
      self.passSeconds = passSeconds
      self.denseSeconds = denseSeconds
    }
  }

  package var users, items, interactions: Double
  /// The unknowns of a row.
  package var width: Double
  package var steps: Double
  /// Bytes of a factor, and of an entry with its value and its weight.
  package var elementBytes, entryBytes: Double
  package var ranks: Double
  /// How many items a rank needs, on average.
  package var neededItems: Double
  /// The most entries of a rank, as a multiple of the average.
  package var imbalance: Double
  /// How many users a rank needs, on average, where whole rows travel; `nil` where sums do.
  package var neededUsers: Double?

  /// What follows from the data; see the properties.
  package init(
    users: Double, items: Double, interactions: Double, width: Int, steps: Int, elementBytes: Int, entryBytes: Int,
    ranks: Int, neededItems: Double, imbalance: Double = 1, neededUsers: Double? = nil
  ) {
    (self.users, self.items, self.interactions) = (users, items, interactions)
    (self.width, self.steps, self.elementBytes) = (Double(width), Double(steps), Double(elementBytes))
    (self.entryBytes, self.ranks, self.neededItems) = (Double(entryBytes), Double(ranks), neededItems)
    (self.imbalance, self.neededUsers) = (imbalance, neededUsers)
  }

  /// The items whose rows travel: those that a rank needs, or all.
  package func travelling(_ neededOnly: Bool) -> Double { neededOnly ? neededItems : items }

  /// Whether ranks hold only the items that their users have: when those are fewer than 9 in 10 on average, because what
  /// that saves in traffic and memory must pay for numbering the entries anew.
  package var holdsNeededItemsOnly: Bool { Self.holdsNeededItemsOnly(neededItems, of: items) }

  static func holdsNeededItemsOnly(_ needed: Double, of items: Double) -> Bool { needed < 0.9 * items }

  /// Bytes that a rank sends in an iteration, and as many that it receives.
  ///
  /// Each of the steps + 1 passes takes a rank's sums to the owners and the next vectors back; what a rank owns itself
  /// does not travel. The rest is two Gram matrices and two bases of k × k.
  package func sentBytes(neededOnly: Bool) -> Double {
    if let neededUsers { return exactSentBytes(neededUsers: neededUsers, neededOnly: neededOnly) }
    let others = 1 - 1 / ranks
    return (2 * (steps + 1) * travelling(neededOnly) * elementBytes + 2 * 3 * width * 8) * width * others
  }

  /// Bytes of memory of a rank.
  package func memoryBytes(neededOnly: Bool) -> Double {
    if let neededUsers { return exactMemoryBytes(neededUsers: neededUsers, neededOnly: neededOnly) }
    let entries = 2 * interactions / ranks * imbalance * entryBytes
    let starts = 8 * (users / ranks + travelling(neededOnly))
    // The users once more in half precision for the items' half, and the items for the users' half.
    let copies = max(users / ranks, travelling(neededOnly)) * 2
    let rows = (users / ranks + travelling(neededOnly) + items / ranks) * elementBytes + copies
    return entries + starts + rows * width
  }

  /// Seconds of the users' half, of the items' half without communication, and of communication.
  package func seconds(on machine: Machine, neededOnly: Bool) -> (users: Double, items: Double, exchange: Double) {
    if let neededUsers { return exactSeconds(on: machine, neededUsers: neededUsers, neededOnly: neededOnly) }
    let pass = interactions / ranks * imbalance * width * machine.passSeconds / machine.cores
    let rotation = (users / ranks + travelling(neededOnly) + items / ranks) * width * width * machine.denseSeconds
    let userGram = users / ranks * width * width * machine.denseSeconds / 2
    let itemGram = items / ranks * width * width * machine.denseSeconds / 2
    // Decomposing a Gram matrix takes about 10·k³ of those on one core.
    let basis = 10 * width * width * width * machine.denseSeconds
    let users = (steps + 1) * pass + (rotation + itemGram) / machine.cores + basis
    let items = (steps + 1) * pass + (rotation + userGram) / machine.cores + basis
    let exchange = exchangeSeconds(on: machine, neededOnly: neededOnly)
    return (users, items, exchange)
  }

  /// Seconds that items are on their way: as long as the link takes for their bytes, or, where a block waits longer for its
  /// messages to arrive than the others take on the link, as long as the blocks wait one after the other.
  private func exchangeSeconds(on machine: Machine, neededOnly: Bool) -> Double {
    guard ranks > 1 else { return 0 }
    let owned = Int((items / ranks).rounded(.up))
    let blockRows = DistributedLayout().blockRows(of: owned, rowBytes: Int(width * elementBytes), ranks: Int(ranks))
    let blocks = (Double(owned) / Double(blockRows)).rounded(.up)
    let exchanges = 2 * (steps + 1) * blocks
    let link = sentBytes(neededOnly: neededOnly) / machine.bandwidth
    let messageBytes = link * machine.bandwidth / exchanges / (ranks - 1)
    let wait = Self.arrivals(ofMessage: messageBytes) * machine.latency
    return max(link + wait, (link + exchanges * wait) / min(blocks, Double(DistributedLayout.blocksAtOnce)))
  }

  /// How often one waits for something to arrive until a message has: long ones are announced, and sent when the other
  /// side is ready.
  private static func arrivals(ofMessage bytes: Double) -> Double { bytes > 65_536 ? 3 : 1 }

  /// Seconds of the k × k sums and what else all ranks tell each other in an iteration, which nothing overlaps.
  private func collectiveSeconds(on machine: Machine) -> Double {
    var (depth, reached) = (0.0, 1.0)
    while reached < ranks { (depth, reached) = (depth + 1, 2 * reached) }
    // Two sums in two parts each; bases and scalars go through a tree.
    return ranks > 1 ? (4 + 4 * depth) * machine.latency : 0
  }

  /// Seconds of an iteration: communication goes on while the items' half is computed, but for the Cholesky solver, which
  /// needs the users first.
  package func iterationSeconds(on machine: Machine, neededOnly: Bool) -> Double {
    let parts = seconds(on: machine, neededOnly: neededOnly)
    let items = neededUsers == nil ? max(parts.items, parts.exchange) : parts.items + parts.exchange
    return parts.users + items + collectiveSeconds(on: machine)
  }

  /// The share of `items` that one of `ranks` needs when the popularity of the item of rank i falls as 1/i^`exponent`,
  /// and users are divided at random.
  package static func neededShare(
    items: Double, interactions: Double, ranks: Double, exponent: Double
  ) -> Double {
    // The distribution in 2,000 steps that grow with i.
    let bounds = (0...2_000).map { power(items, Double($0) / 2_000) }
    let weights = zip(bounds, bounds.dropFirst()).map { low, high in
      (count: high - low, popularity: power((low + high) / 2, -exponent))
    }
    let total = weights.reduce(0) { $0 + $1.count * $1.popularity }
    let needed = weights.reduce(0) { sum, part in
      sum + part.count * (1 - exponential(-interactions * part.popularity / total / ranks))
    }
    return needed / max(items - 1, 1)
  }
}
