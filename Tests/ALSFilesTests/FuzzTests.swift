import ALSFuzzing
import Testing

/// The short form of `scripts/fuzz-readers`.
@Suite struct FuzzTests {
  @Test(arguments: 0..<4 as Range<UInt64>) func readersComeBackOrThrow(part: UInt64) throws {
    let fuzzer = try ReaderFuzzer()
    for seed in part * 1000..<part * 1000 + 1000 { try fuzzer.run(seed: seed) }
    #expect((fuzzer.counts[.delimited]?.read ?? 0) > 10)
  }
}
