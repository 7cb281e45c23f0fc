import ALSDense

/// The memory that a training takes, part by part, without having the data.
package struct TrainingMemory {
  /// Something that takes memory.
  package struct Part: Hashable {
    /// What it is.
    package let name: String
    /// How much it takes.
    package let bytes: Int
    /// Whether it lies in a mapped file, whose pages give way when memory is short.
    package let isMapped: Bool

    package init(name: String, bytes: Int, isMapped: Bool = false) {
      self.name = name
      self.bytes = bytes
      self.isMapped = isMapped
    }
  }

  /// What is there all the time.
  package let parts: [Part]
  /// What the stages of a training take besides, of which only one is under way at a time.
  package let stages: [Part]

  /// The memory at the most demanding stage.
  package var peak: Int { parts.reduce(0) { $0 + $1.bytes } + (widestStage?.bytes ?? 0) }

  /// The stage that takes most.
  package var widestStage: Part? { stages.max { $0.bytes < $1.bytes } }
}

/// How a training is run, as far as memory depends on it.
package struct TrainingConditions {
  /// The threads that work.
  package var threads: Int
  /// Whether the objective is computed after each iteration.
  package var computingLoss: Bool
  /// Whether a copy of the factors is kept, to be saved when the training is cut short.
  package var copiesFactors: Bool
  /// Whether a part is held out to stop early by.
  package var holdsOut: Bool

  package init(threads: Int, computingLoss: Bool, copiesFactors: Bool, holdsOut: Bool) {
    self.threads = threads
    self.computingLoss = computingLoss
    self.copiesFactors = copiesFactors
    self.holdsOut = holdsOut
  }
}

extension ModelConfiguration {
  /// The memory that training this on data of `extent` takes.
  package func memory(for extent: DataExtent, _ manner: TrainingConditions) -> TrainingMemory {
    WorkSpace(configuration: self, extent: extent, manner: manner).memory
  }

  /// The bytes of the factors of users and items as a model or a checkpoint has them.
  package func factorBytes(for extent: DataExtent) -> Int {
    (extent.users + extent.items) * width * precision.byteCount
  }

  /// The numbers of a row: factors, and perhaps a bias.
  package var width: Int { factorCount + (hasBiases ? 1 : 0) }
}

extension Precision {
  /// The bytes of a number.
  var byteCount: Int { self == .float ? 4 : 8 }
}
