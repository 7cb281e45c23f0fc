import ALSFuzzing
import Foundation

// FuzzReaders readers FIRST COUNT: damaged files of the seeds FIRST and on, through all readers.
// FuzzReaders contents FIRST COUNT: COUNT files of each kind with altered contents behind right checksums.
let numbers = CommandLine.arguments.dropFirst(2).compactMap { UInt64($0) }
guard numbers.count == 2, ["readers", "contents"].contains(CommandLine.arguments[1]) else {
  print("usage: FuzzReaders readers|contents FIRST COUNT")
  exit(64)
}

func forEachSeed(_ body: (UInt64) throws -> Void) {
  for seed in numbers[0]..<numbers[0] + numbers[1] {
    do {
      try body(seed)
    } catch {
      print("seed \(seed): threw \(error)")
      exit(1)
    }
  }
}

if CommandLine.arguments[1] == "readers" {
  let fuzzer = try ReaderFuzzer()
  forEachSeed(fuzzer.run)
  for kind in ReaderFuzzer.Kind.allCases {
    let (read, refused) = fuzzer.counts[kind] ?? (0, 0)
    print("\(kind.rawValue): \(read) read, \(refused) refused")
  }
} else {
  let fuzzer = try ContentsFuzzer()
  for kind in ContentsFuzzer.Kind.allCases {
    forEachSeed { try fuzzer.run(kind, seed: $0) }
    let (used, refused) = fuzzer.counts[kind] ?? (0, 0)
    print("\(kind.rawValue): \(used) used, \(refused) refused")
  }
}
