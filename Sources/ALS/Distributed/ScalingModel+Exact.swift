/// The Cholesky solver: items are solved by their owners alone, to whom the users' factors travel.
extension ScalingModel {
  /// Bytes that a rank sends in an iteration, and as many that it receives: the users that it needs and the items, once.
  func exactSentBytes(neededUsers: Double, neededOnly: Bool) -> Double {
    ((neededUsers + travelling(neededOnly)) * elementBytes + 2 * 3 * width * 8) * width * (1 - 1 / ranks)
  }

  /// Bytes of memory of a rank: the entries of its users and of its items, and all users that it needs.
  func exactMemoryBytes(neededUsers: Double, neededOnly: Bool) -> Double {
    let entries = 2 * interactions / ranks * imbalance * entryBytes
    let starts = 8 * (users / ranks + items / ranks)
    let rows = users / ranks + travelling(neededOnly) + items / ranks + neededUsers
    return entries + starts + rows * elementBytes * width
  }

  /// An entry adds k²/2 products to its row's system, and solving that takes k³/6; rows with few entries take less.
  func exactSeconds(
    on machine: Machine, neededUsers: Double, neededOnly: Bool
  ) -> (users: Double, items: Double, exchange: Double) {
    let square = width * width * machine.denseSeconds
    let rotation = (users / ranks + travelling(neededOnly) + items / ranks) * square
    let basis = 10 * width * square
    let entries = interactions / ranks * imbalance * square / 2
    func half(_ rows: Double, gramRows: Double) -> Double {
      (entries + rows / ranks * width * square / 6 + rotation + gramRows / ranks * square / 2) / machine.cores + basis
    }
    return (
      half(users, gramRows: items), half(items, gramRows: users),
      exactSentBytes(neededUsers: neededUsers, neededOnly: neededOnly) / machine.bandwidth
        + 2 * ranks * machine.latency
    )
  }
}

/// Early stopping: after an iteration, each rank ranks all items for its users.
extension ScalingModel {
  /// Bytes that a rank sends for a measurement, and as many that it receives: all items, where it does not hold them.
  package func measurementSentBytes(neededOnly: Bool) -> Double {
    neededOnly ? items * elementBytes * width * (1 - 1 / ranks) : 0
  }

  /// Bytes of memory of a rank besides those of training: the model that is measured, the best one, and all items, in the
  /// order of their norms once more.
  package func measurementMemoryBytes(neededOnly: Bool) -> Double {
    let models = 2 * (users / ranks + items / ranks) + travelling(neededOnly)
    let copies = models + (neededOnly ? 2 : 1) * items
    return copies * elementBytes * width
  }
}
