import ALSPlatform
import ALSSparse

extension Interactions {
  /// Throws when there are weights, which a form of files has no place for.
  func requireNoWeights(in files: String, at path: String) throws {
    if byUser.weights == nil { return }
    throw ALSError(
      .configuration,
      "\(files) no place for weights. Write the compiled form, .csv or .tsv, or leave the weights out.", at: path)
  }
}
