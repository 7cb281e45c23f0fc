import ALSFuzzing
import Foundation

// FuzzReaders FIRST COUNT: damaged files of the seeds FIRST and on, through all readers.
let numbers = CommandLine.arguments.dropFirst().compactMap { UInt64($0) }
guard numbers.count == 2 else {
  print("usage: FuzzReaders FIRST COUNT")
  exit(64)
}
let fuzzer = try ReaderFuzzer()
for seed in numbers[0]..<numbers[0] + numbers[1] {
  do {
    try fuzzer.run(seed: seed)
  } catch {
    print("seed \(seed): threw \(error)")
    exit(1)
  }
}
for kind in ReaderFuzzer.Kind.allCases {
  let (read, refused) = fuzzer.counts[kind] ?? (0, 0)
  print("\(kind.rawValue): \(read) read, \(refused) refused")
}
