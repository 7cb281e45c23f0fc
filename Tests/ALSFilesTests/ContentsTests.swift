import ALSFiles
import ALSPlatform
import ALSSparse
import ALSTestSupport
import Foundation
import Testing

/// `Interactions(contentsOf:)` and `Events(contentsOf:)` read what the program reads.
@Suite struct ContentsTests {
  enum Form: String, CaseIterable {
    case csv, gzip, compiled, npz, mtx
  }

  let scratch: Scratch
  let interactions: Interactions

  init() throws {
    scratch = try Scratch()
    // Numbers as Matrix Market counts, so that all forms have the same identifiers.
    interactions = try Interactions(users: [1, 1, 2, 3, 3], items: [1, 2, 2, 1, 3], values: [5, 1, 2.5, 4, 3])
  }

  private func file(_ form: Form) throws -> String {
    let (csv, path) = (scratch.path("data.csv"), scratch.path("data.\(form)"))
    try interactions.writeDelimited(to: csv)
    switch form {
    case .csv: break
    case .gzip:
      let process = Process()
      process.executableURL = URL(filePath: "/usr/bin/env")
      process.arguments = ["gzip", "--keep", "--suffix", ".gzip", csv]
      try process.run()
      process.waitUntilExit()
      return csv + ".gzip"
    case .compiled: _ = try CompiledInteractions.compile(csv, to: path, memory: 1 << 30)
    case .npz: try interactions.writeSciPy(to: path)
    case .mtx: try interactions.writeMatrixMarket(to: path)
    }
    return path
  }

  @Test(arguments: Form.allCases) func everyFormIsRead(form: Form) throws {
    let path = try file(form)
    let read = try Interactions(contentsOf: path)
    #expect(read.users == interactions.users && read.items == interactions.items)
    #expect(list(read) == list(interactions))
    #expect(try list(Events(contentsOf: path)).sorted() == list(interactions).byUser.map { "\($0) 0.0" })
    #expect(try Interactions(contentsOf: path, minimumValue: 3).count == 3)
    let none = #expect(throws: ALSError.self) { try Interactions(contentsOf: path, minimumValue: 6) }
    #expect(none?.message.hasPrefix("\(path): the values of all 5 pairs are below") == true)
    if form == .csv || form == .gzip { return }
    #expect(throws: ALSError.self) { try Interactions(contentsOf: path, format: DelimitedFormat(userColumn: 2)) }
  }

  /// Sums of a compiled file are not taken for ratings, also when those that are too small are left out.
  @Test func compiledSumsAreNoRatings() throws {
    let (csv, path) = (
      try scratch.write("1,1,2\n1,1,3\n1,2,1\n2,1,4\n".utf8, to: "repeats.csv"), scratch.path("sums.als")
    )
    _ = try CompiledInteractions.compile(csv, to: path, memory: 1 << 30)
    for minimum in [nil, 2] as [Float?] {
      let sums = try Interactions(contentsOf: path, minimumValue: minimum)
      #expect(sums.value(userAt: 0, itemAt: 0) == 5)
      #expect(throws: ALSError.self) { try sums.ratings() }
      #expect(try Interactions(contentsOf: path, duplicates: .sum, minimumValue: minimum).ratings().count == sums.count)
    }
    #expect(throws: ALSError.self) { try Interactions(contentsOf: path, duplicates: .last) }
  }

  /// What readers see as a delimiter or a quote is one for writers, whatever follows it.
  @Test(arguments: [",", "\t"] as [Character]) func fieldsComeBack(delimiter: Character) throws {
    let names = ["a,b", "a,\u{301}b", "a\t\u{301}", "\"\u{301}\"", "two\r\nlines", " spaces ", "plain"]
    let sample = try Interactions(users: names, items: names.reversed())
    try sample.writeDelimited(to: scratch.path("names"), by: delimiter)
    let read = try Interactions(
      contentsOf: scratch.path("names"), format: DelimitedFormat(delimiter: String(delimiter), hasHeader: true))
    #expect(list(read) == list(sample))
  }

  @Test func modelIsNoText() throws {
    let path = try scratch.write([64, 0, 0, 0, 0, 0, 0, 0] + Array(#"{"a":1}"#.utf8), to: "model.safetensors")
    for read in [{ _ = try Interactions(contentsOf: path) }, { _ = try Titles(contentsOf: path) }] {
      let error = #expect(throws: ALSError.self) { try read() }
      #expect(error?.message.hasPrefix("\(path): is a model, but") == true)
    }
  }
}
