import ALSDense

/// A loss of any kind: all that there are.
public enum AnyLoss: ALSLoss {
  /// Implicit feedback.
  case implicit(ImplicitLoss)
  /// Explicit ratings.
  case explicit(ExplicitLoss)

  /// That of implicit feedback.
  public init() { self = .implicit(ImplicitLoss()) }

  /// Itself.
  public init?(_ loss: AnyLoss) { self = loss }

  /// Itself.
  public var any: AnyLoss { self }

  package var definition: any LossDefinition {
    switch self {
    case .implicit(let loss): loss
    case .explicit(let loss): loss
    }
  }

  /// The loss of the same form with its defaults.
  var withDefaults: AnyLoss { definition.withDefaults.any }

  /// What files and options call the kinds.
  package enum Feedback: String, CaseIterable, Sendable {
    /// Counts, plays or purchases: more is surer, absence is weak evidence against.
    case implicit
    /// Ratings on a scale: only rated pairs count.
    case explicit
  }

  /// The kind's defaults.
  package init(_ feedback: Feedback) {
    self =
      switch feedback {
      case .implicit: .implicit(ImplicitLoss())
      case .explicit: .explicit(ExplicitLoss())
      }
  }

  package var feedback: Feedback {
    switch self {
    case .implicit: .implicit
    case .explicit: .explicit
    }
  }

  /// The parameters of the kind.
  var parameters: [Parameter<AnyLoss>] {
    switch self {
    case .implicit: ImplicitLoss.parameters.map { $0.of(\.implicit) }
    case .explicit: ExplicitLoss.parameters.map { $0.of(\.explicit) }
    }
  }

  private var implicit: ImplicitLoss {
    get { if case .implicit(let loss) = self { loss } else { preconditionFailure("the loss is of another kind") } }
    set { self = .implicit(newValue) }
  }

  private var explicit: ExplicitLoss {
    get { if case .explicit(let loss) = self { loss } else { preconditionFailure("the loss is of another kind") } }
    set { self = .explicit(newValue) }
  }
}

/// The configuration that a model was trained with, whatever its loss.
public typealias ModelConfiguration = ALSConfiguration<AnyLoss>

extension ModelConfiguration {
  /// One of implicit feedback.
  public static func implicit(_ configuration: ImplicitALS) -> ModelConfiguration { configuration.any }

  /// One of explicit ratings.
  public static func explicit(_ configuration: ExplicitALS) -> ModelConfiguration { configuration.any }

  /// The loss's answers.
  package var definition: any LossDefinition { loss.definition }

  /// Whether scores are predicted ratings, rather than what items are ranked by.
  public var predictsRatings: Bool { definition.predictsRatings }

  /// Whether users and items have biases.
  public var hasBiases: Bool { definition.hasBiases }

  /// Whether nothing is left open that follows from the data.
  var isResolved: Bool { factors != nil && regularization != nil && definition.isResolved }

  /// All parameters, those of the loss among them.
  package var parameters: [Parameter<ModelConfiguration>] {
    loss.parameters.map { $0.of(\.loss) } + Self.commonParameters
  }

  /// What solves rows.
  var rowSolver: any RowSolver { rowSolver() }

  /// The same with the instructions of the kernels, and the bytes of a tile of the fixed side, that tests choose.
  func rowSolver(
    instructions: InstructionSet = .best, tileBytes: Int = ConjugateGradientSolver.tileBytes
  ) -> any RowSolver {
    solver.rowSolver(
      steps: conjugateGradientSteps, blockSize: blockSize, instructions: instructions, tileBytes: tileBytes)
  }

  /// Throws when the solver does not find factors in `domain`, or none that are zero where there is an L1 norm.
  func requireSolvable(_ domain: Domain, hasSparsity: Bool) throws {
    if rowSolver.solves(domain, sparsity: hasSparsity) { return }
    throw ALSError(
      .configuration,
      solver == .coordinateDescent
        ? "solver coordinateDescent is for nonnegative or l1. Leave it out."
        : "solver \(solver) finds factors of any sign, none of them exactly zero. With nonnegative or l1, leave it out."
    )
  }
}

extension ModelConfiguration {
  /// The same without what is not chosen by itself: how cells weigh needs other λ and α0 than there would be without, so that
  /// they weigh alike where one of these is given.
  var closed: ModelConfiguration {
    guard let loss = ImplicitLoss(loss), regularization != nil || loss.unobservedWeight != nil else { return self }
    var closed = self
    closed.loss = loss.filling().any
    return closed
  }
}
