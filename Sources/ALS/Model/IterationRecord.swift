/// What one iteration did.
public struct IterationRecord: Hashable, Codable, Sendable {
  /// Counted from 1.
  public let iteration: Int
  /// Wall-clock seconds of the iteration, without the time to compute the loss.
  public let seconds: Double
  /// Seconds of the users' half; in the last record, also of the exact solve of the users that ends a training.
  public let userSeconds: Double
  /// Seconds of the items' half.
  public let itemSeconds: Double
  /// The value of the objective after the iteration, when it was asked for.
  public let loss: Double?
  /// Rows whose system was singular to working precision and was solved again in double precision.
  public let rescuedRows: Int
  /// What ``EarlyStopping`` measured after the iteration, when it did; not part of ``seconds``.
  public internal(set) var validation: Double?
  /// The standard error of ``validation``, if the measure knew it.
  public internal(set) var validationError: Double?
  /// How much the iteration changed the scores of a sample of observed pairs, relative and in the mean square, when the
  /// training goes on until they settle.
  public internal(set) var scoreChange: Double?
}
