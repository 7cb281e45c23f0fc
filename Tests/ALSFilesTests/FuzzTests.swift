import ALSFuzzing
import Testing

/// The short forms of `scripts/fuzz-readers` and `scripts/fuzz-contents`.
@Suite struct FuzzTests {
  @Test(arguments: 0..<4 as Range<UInt64>) func readersComeBackOrThrow(part: UInt64) throws {
    let fuzzer = try ReaderFuzzer()
    for seed in part * 1000..<part * 1000 + 1000 { try fuzzer.run(seed: seed) }
    #expect((fuzzer.counts[.delimited]?.read ?? 0) > 10)
  }

  @Test(arguments: ContentsFuzzer.Kind.allCases) func contentsAreUsableOrRefused(kind: ContentsFuzzer.Kind) throws {
    let fuzzer = try ContentsFuzzer()
    for seed in 0..<100 as Range<UInt64> { try fuzzer.run(kind, seed: seed) }
    let (used, refused) = try #require(fuzzer.counts[kind])
    #expect(used > 5 && refused > 5)
  }
}
