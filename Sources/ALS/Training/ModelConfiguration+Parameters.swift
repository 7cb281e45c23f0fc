public import ALSSparse

extension ModelConfiguration {
  /// The most iterations of a training that goes on until its scores settle.
  public static var mostIterations: Int { 50 }

  /// How often both sides are solved; `nil` until the scores settle.
  public var iterations: Int? {
    get {
      switch self {
      case .implicit(let configuration): configuration.iterations
      case .explicit(let configuration): configuration.iterations
      }
    }
    set {
      switch self {
      case .implicit(var configuration):
        configuration.iterations = newValue
        self = .implicit(configuration)
      case .explicit(var configuration):
        configuration.iterations = newValue
        self = .explicit(configuration)
      }
    }
  }

  /// The number of factors of a user or an item.
  public var factors: Int {
    switch self {
    case .implicit(let configuration): configuration.factors
    case .explicit(let configuration): configuration.factors
    }
  }

  package var precision: Precision {
    switch self {
    case .implicit(let configuration): configuration.precision
    case .explicit(let configuration): configuration.precision
    }
  }

  /// The most steps of conjugate gradients for a row in an iteration.
  package var conjugateGradientSteps: Int {
    switch self {
    case .implicit(let configuration): configuration.conjugateGradientSteps
    case .explicit(let configuration): configuration.conjugateGradientSteps
    }
  }

  /// Throws an error that names the first parameter out of its range.
  public func validate() throws {
    switch self {
    case .implicit(let configuration): try configuration.validate()
    case .explicit(let configuration): try configuration.validate()
    }
  }

  /// Trains a model; see ``ImplicitALS/fit(_:startingFrom:threads:computingLoss:stopping:checkpointing:progress:)``.
  ///
  /// - Throws: `ALSError` when a parameter or a value is out of its range, `CancellationError`.
  public func fit(
    _ interactions: Interactions, startingFrom model: FactorModel? = nil, threads: Int? = nil,
    computingLoss: Bool = false, stopping: EarlyStopping? = nil, checkpointing: Checkpointing? = nil,
    progress: (IterationRecord) throws -> Void = { _ in }
  ) throws -> FactorModel {
    try training(on: interactions).starting(from: model).model(
      threads: threads, computingLoss: computingLoss, stopping: stopping, checkpointing: checkpointing,
      progress: progress)
  }

  /// The same configuration with every default that depends on the data filled in.
  package func resolved(for interactions: Interactions) throws -> ModelConfiguration {
    try training(on: interactions).configuration
  }

  /// The training with every default resolved.
  package func training(on interactions: Interactions) throws -> Training {
    switch self {
    case .implicit(let configuration): try configuration.training(on: interactions)
    case .explicit(let configuration): try configuration.training(on: interactions)
    }
  }
}
