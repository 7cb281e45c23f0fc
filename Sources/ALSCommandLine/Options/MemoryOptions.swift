import ALS
import ArgumentParser

/// What a model keeps besides what it has learnt.
struct MemoryOptions: ParsableArguments {
  @Flag(
    help: "Let the model remember what users have, so that it does not recommend that to them: 4 bytes for each pair.")
  var rememberSeen = false

  /// The model as it is written, trained on a part of `interactions` or on all.
  func applied(to model: FactorModel, having interactions: Interactions) -> FactorModel {
    rememberSeen ? model.remembering(interactions) : model
  }
}
