/// Where the factors of a training lie and where its steps are taken: on this machine, or over ranks, which then all do the
/// same.
protocol Placement: AnyObject {
  /// That of the data, of all ranks.
  var fingerprint: String { get }

  /// Solves the rows of a side against the other; what is reported is of all ranks.
  ///
  /// - Throws: `UnsolvableEntity`, `CancellationError`, and what communication throws.
  func solve(_ side: Side, relaxation: Double, isLast: Bool, hasNorm: Bool) throws -> SolveReport

  /// What messages call a row that cannot be solved.
  func name(of failure: UnsolvableEntity) -> String

  /// The value of the objective.
  func loss() throws -> Double

  /// How much the scores of a sample of observed pairs have changed since the last call, relatively.
  func scoreChange() throws -> Double

  /// What the first rank thinks of it.
  func agreed(_ isDue: Bool) throws -> Bool

  /// A placement of its own with the same factors.
  func copy() -> any Placement

  /// What is needed of it to be saved, or to be the model in the end.
  func kept() -> any Placement

  /// Throws when there is no memory to look at a model while the training goes on.
  func requireRoomToMeasure() throws

  /// The factors as they stand as a model: of this rank's users and all items, called by their positions, where there are
  /// several.
  func model(_ configuration: ModelConfiguration, history: [IterationRecord]) throws -> FactorModel

  /// Whether ``copy()`` is cheap enough to be made before an iteration, to be saved when that is cut short.
  var keepsCopies: Bool { get }

  /// Saves the factors, those of `best`, and what the training says of itself.
  func save(_ state: SavedTraining, _ rule: Checkpoint.Rule?, best: (any Placement)?, to path: String) throws

  /// What was saved at `path`, if it is there.
  func saved(at path: String) throws -> (any SavedState)?

  /// Takes over the factors of `state` and returns those of the best model, if it has one.
  func restore(_ state: any SavedState, hasBest: Bool) throws -> (any Placement)?
}
