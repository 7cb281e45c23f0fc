import ALSPlatform
import ALSTestSupport
import Foundation
import Testing

@Suite struct ReplacementFileTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private func write(_ text: String, to path: String) throws {
    let file = try ReplacementFile(path: path)
    try file.append(text)
    try file.commit()
  }

  @Test func nothingIsSeenUntilItIsComplete() throws {
    let path = scratch.path("out")
    for text in ["first", "second, longer than a buffer: " + String(repeating: "x", count: 1 << 19), ""] {
      let before = try scratch.files.isEmpty ? nil : scratch.read("out")
      let file = try ReplacementFile(path: path)
      try file.append(text)
      #expect(try scratch.files == (before == nil ? [] : ["out"]))
      if let before { #expect(try scratch.read("out") == before) }
      try file.commit()
      #expect(try scratch.files == ["out"])
      #expect(try scratch.read("out") == Array(text.utf8))
    }
  }

  /// What a process has left that was killed between two names goes with the next file; what somebody writes stays.
  @Test func abandonedFilesAreRemoved() throws {
    let path = scratch.path("out")
    try write("old", to: path)
    for name in ["out.partial-abandoned", "out.partial-written", "other.partial-abandoned"] {
      #expect(FileManager.default.createFile(atPath: scratch.path(name), contents: Data("x".utf8)))
    }
    let written = open(scratch.path("out.partial-written"), O_RDWR)
    defer { close(written) }
    #expect(flock(written, LOCK_EX | LOCK_NB) == 0)
    try write("new", to: path)
    #expect(try scratch.files == ["other.partial-abandoned", "out", "out.partial-written"])
    #expect(try scratch.read("out") == Array("new".utf8))
  }

  @Test func droppedLeavesNothing() throws {
    let path = scratch.path("out")
    try ReplacementFile(path: path).append("never there")
    #expect(try scratch.files.isEmpty)
    try write("old", to: path)
    try ReplacementFile(path: path).append("never there")
    #expect(try scratch.files == ["out"])
    #expect(try scratch.read("out") == Array("old".utf8))
  }

  @Test func anyPlaceCanBeWrittenAndRead() throws {
    let file = try ReplacementFile(path: scratch.path("out"))
    try file.resize(to: 10)
    try Array("abc".utf8).withUnsafeBytes { try file.write($0, at: 4) }
    var read = [UInt8](repeating: 1, count: 10)
    try read.withUnsafeMutableBytes { try file.read(into: $0, at: 0) }
    #expect(read == [0, 0, 0, 0] + Array("abc".utf8) + [0, 0, 0])
    try file.commit()
    #expect(try scratch.read("out") == read)
  }

  @Test func othersMayReadWhatTheMaskAllows() throws {
    let path = scratch.path("out")
    try write("x", to: path)
    let beside = scratch.path("beside")
    #expect(FileManager.default.createFile(atPath: beside, contents: nil))
    func permissions(_ path: String) throws -> Int? {
      try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    }
    #expect(try permissions(path) == 0o644 || permissions(path) == permissions(beside))
  }

  @Test func whatCannotBeWrittenIsAnError() throws {
    #expect(throws: ALSError.self) { try ReplacementFile(path: scratch.url.path) }
    #expect(throws: ALSError.self) { try ReplacementFile(path: scratch.path("missing/out")) }
    try write("anything", to: "/dev/null")
    let device = try ReplacementFile(path: "/dev/null")
    #expect(throws: ALSError.self) { try Array("x".utf8).withUnsafeBytes { try device.write($0, at: 1) } }
    // Appeared after the file was begun, so it is replaced.
    let late = try ReplacementFile(path: scratch.path("late"))
    try late.append("mine")
    _ = try scratch.write(Array("theirs".utf8), to: "late")
    try late.commit()
    #expect(try scratch.read("late") == Array("mine".utf8))
    #expect(try scratch.files == ["late"])
  }
}
