import ALS
public import ALSFiles
import ALSPlatform
import ALSSparse
public import ArgumentParser

/// Files of what is known of users and items besides their interactions.
struct FeatureOptions: ParsableArguments {
  @Option(
    help:
      "File of features of users: user,attribute or user,attribute,value per line, or a column per feature under a header. See docs/features.md."
  )
  var userFeatures: String?
  @Option(help: "The same of items.")
  var itemFeatures: String?
  @Option(help: "What a line of features holds: long (an attribute) or wide (all of them). Guessed when left out.")
  var featureForm: FeatureFormat.Form?
  @Option(
    name: .customLong("feature-category"),
    help: "A column, or an attribute, whose numbers are names of kinds; can be repeated.")
  var featureCategories: [String] = []

  var files: CommandFiles {
    CommandFiles(reading: ["--user-features": userFeatures, "--item-features": itemFeatures])
  }

  var isEmpty: Bool { userFeatures == nil && itemFeatures == nil }

  func path(_ side: Side) -> String? { side == .users ? userFeatures : itemFeatures }

  /// The features of a side, as `model` reads them if one is given; `nil` where no file has any.
  func read(_ side: Side, for model: FactorModel? = nil) throws -> Features? {
    guard let path = path(side) else { return nil }
    let features = try Features(
      contentsOf: path, in: model.map { try learned(side, of: $0, path).space },
      format: FeatureFormat(form: featureForm, categories: Set(featureCategories)))
    StandardError.write("\(path): \(features.summary(side))\n")
    if let notice = features.unknownNotice { StandardError.warn("\(path): \(notice)") }
    return features
  }

  /// `model` with the items of the file, or the users, as far as there is one; `model` itself where there is none.
  func updated(_ model: FactorModel, _ sides: [Side] = Side.allCases, threads: Int?) throws -> FactorModel {
    var model = model
    for side in sides {
      guard let features = try read(side, for: model) else { continue }
      model =
        side == .users
        ? try model.updating(userFeatures: features, threads: threads)
        : try model.updating(itemFeatures: features, threads: threads)
    }
    return model
  }

  /// What `model` knows of the features of a side.
  private func learned(_ side: Side, of model: FactorModel, _ path: String) throws -> LearnedFeatures {
    if let learned = side == .users ? model.userFeatures : model.itemFeatures { return learned }
    throw ALSError(
      .configuration,
      "the model knows no features of \(side), so that a file of them says nothing. Train it with --\(side.noun)-features.",
      at: path)
  }
}

extension FeatureFormat.Form: ExpressibleByArgument {}
