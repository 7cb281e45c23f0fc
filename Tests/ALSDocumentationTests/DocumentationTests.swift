import Foundation
import Testing

/// Every Swift block of a document is in the file that compiles and runs it, line by line.
@Suite struct DocumentationTests {
  @Test(arguments: [
    ("docs/serving.md", "ServingExamples.swift"), ("docs/postgresql.md", "PostgreSQLExamples.swift"),
    ("docs/features.md", "FeatureExamples.swift"),
  ])
  func examplesAreCompiled(document: String, examples: String) throws {
    let here = URL(filePath: #filePath).deletingLastPathComponent()
    func lines(_ url: URL) throws -> [String] {
      try String(contentsOf: url, encoding: .utf8).split(separator: "\n", omittingEmptySubsequences: false)
        .map { $0.trimmingCharacters(in: .whitespaces) }
    }
    let compiled = try lines(here.appending(path: examples)).filter { !$0.isEmpty }
    var (block, blocks): ([String]?, Int) = (nil, 0)
    for line in try lines(here.appending(path: "../../\(document)")) {
      if line == "```swift" {
        block = []
      } else if line == "```", let code = block {
        let found = compiled.indices.contains { compiled[$0...].starts(with: code) }
        #expect(found, "\(document): not compiled: \(code.joined(separator: "\n"))")
        (block, blocks) = (nil, blocks + 1)
      } else if !line.isEmpty {
        block?.append(line)
      }
    }
    #expect(blocks > 0)
  }
}
