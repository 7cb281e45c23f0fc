import ALSPlatform

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A part of a file's metadata as JSON.
///
/// - Throws: `ALSError` when `value` has a number that is not finite, which JSON cannot say.
func metadataText(_ value: some Encodable) throws -> String {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
  do {
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  } catch {
    throw ALSError(
      .data,
      "what is to be saved has a number that is not finite. Increase the regularization, or scale the values down.")
  }
}
