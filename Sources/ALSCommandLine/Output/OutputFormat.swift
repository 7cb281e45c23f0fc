import ArgumentParser

/// How results are written.
enum OutputFormat: String, CaseIterable, ExpressibleByArgument {
  /// Aligned columns for a person.
  case table
  /// Comma-separated with a header, quoted where needed.
  case csv
  /// Tab-separated with a header.
  case tsv
  /// One JSON object per line.
  case json
}
