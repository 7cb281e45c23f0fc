import ALSSparse

/// How the entries of rows that are folded in are read: as training read its own.
package struct EntryReader: Sendable {
  let loss: any LossDefinition
  /// μ.
  let mean: Double

  package init(_ loss: any LossDefinition, mean: Double) { (self.loss, self.mean) = (loss, mean) }
}

extension FactorModel {
  var reader: EntryReader { EntryReader(configuration.definition, mean: globalMean) }
}
