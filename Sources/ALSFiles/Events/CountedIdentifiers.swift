import ALSPlatform
import ALSSparse

/// The identifiers `first`, `first + 1` and so on, for matrices that have none of their own.
///
/// - Throws: `ALSError` when there are more than so few entries justify: a file of some bytes must not fill the memory.
func countedIdentifiers(_ count: Int, from first: Int, entries: Int, _ what: String, _ path: String) throws
  -> Identifiers
{
  guard count <= max(1 << 24, 64 * entries), count <= Int(Int32.max) else {
    throw ALSError(
      .data,
      "has \(count) \(what) for \(entries) entries. Leave out the empty ones, or write user and item per line.",
      at: path)
  }
  return Identifiers(positions: count, from: first)
}
