import ALSPlatform
import ALSSparse
import ALSTestSupport
import Testing

/// Identifiers as files keep them.
@Suite struct IdentifierArraysTests {
  /// A file of named arrays.
  private struct File {
    var integers: [String: Buffer<Int64>] = [:]
    var bytes: [String: Buffer<UInt8>] = [:]

    init(_ identifiers: Identifiers) {
      identifiers.writeArrays(named: "user", integers: { integers[$0] = $1 }, bytes: { bytes[$0] = $1 })
    }

    func identifiers(count: Int? = nil) throws -> Identifiers? {
      try Identifiers(
        arraysNamed: "user", count: count, integers: { integers[$0] }, bytes: { bytes[$0] },
        damaged: { ALSError(.data, "file: \($0).") })
    }
  }

  private static let integers = Identifiers(ascending: .integers(Buffer([3, 5])))

  @Test func theyComeBack() throws {
    let texts = Self.integers.appending([.string("é"), .string("")]).table
    for (table, names) in [(Self.integers, ["user_ids"]), (texts, ["user_id_bytes", "user_id_offsets"])] {
      let file = File(table)
      #expect((Array(file.bytes.keys) + Array(file.integers.keys)) == names)
      #expect(try file.identifiers() == table)
      #expect(try file.identifiers(count: table.count) == table)
      let error = #expect(throws: ALSError.self) { try file.identifiers(count: 9) }
      #expect(error?.message == "file: it has \(table.count) identifiers for 9 users.")
    }
  }

  @Test func linesAreOneEach() throws {
    let scratch = try Scratch()
    let (users, path) = (try Interactions(users: ["a", "b c"], items: [1, 2]).users, scratch.path("users.txt"))
    try users.writeLines(to: path)
    #expect(try scratch.read("users.txt") == Array("a\nb c\n".utf8))
    let (broken, _) = users.appending([.string("d\ne")])
    #expect(throws: ALSError.self) { try broken.writeLines(to: path) }
    #expect(try scratch.read("users.txt").count == 6)
  }

  @Test func damageIsTold() throws {
    var file = File(Self.integers)
    file.integers = [:]
    #expect(try file.identifiers() == nil)
    file.bytes["user_id_bytes"] = Buffer(Array("ab".utf8))
    #expect(#expect(throws: ALSError.self) { try file.identifiers() }?.message == "file: it has no user_id_offsets.")
    file.integers["user_id_offsets"] = Buffer([0, 3])
    let error = #expect(throws: ALSError.self) { try file.identifiers() }
    #expect(error?.message.hasPrefix("file: of its users, the offsets") == true)
    #expect(error?.message.hasSuffix("correct it.") == true)
  }
}
