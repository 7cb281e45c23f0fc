import ALS
import ALSArrays
import ALSFiles
import ALSPlatform
import ALSSparse
import ALSTestSupport
import Foundation

/// Gives damaged files to all readers: whatever they make of them, they must come back with it or throw an `ALSError`.
public final class ReaderFuzzer {
  /// What is damaged.
  public enum Kind: String, CaseIterable, Sendable {
    case delimited, compressed, matrixMarket, sciPy, sciPyArrays, array, compiled, model, checkpoint
  }

  /// How often a reader came back with something, and how often it threw.
  public private(set) var counts: [Kind: (read: Int, refused: Int)] = [:]
  private let scratch: Scratch
  private var samples: [Kind: [[UInt8]]] = [:]
  private var arrays: [[(name: String, bytes: [UInt8])]] = []
  private let interactions: Interactions

  /// Makes the files that are damaged.
  public init() throws {
    scratch = try Scratch()
    var random = RandomGenerator(seed: 1)
    let users = (0..<60).map { _ in "user \(random.nextIndex(below: 12))" }
    let items = (0..<60).map { _ in random.nextIndex(below: 9) }
    let values = (0..<60).map { _ in Float(random.nextIndex(below: 20)) / 4 }
    interactions = try Interactions(users: users, items: items, values: values)
    try makeTexts(users, items, values)
    try makeMatrices()
    let csv = try scratch.write(samples[.delimited]?.first ?? [], to: "plain.csv")
    _ = try CompiledInteractions.compile(
      csv, to: scratch.path("sample.als"), reader: InteractionsReader(readsTimes: true), memory: 1 << 30)
    samples[.compiled] = [try scratch.read("sample.als")]
    let weighted = InteractionsReader(format: DelimitedFormat(weightColumn: "rating"))
    _ = try CompiledInteractions.compile(csv, to: scratch.path("sample.als"), reader: weighted, memory: 1 << 30)
    samples[.compiled]?.append(try scratch.read("sample.als"))
    let model = try Self.configuration.fit(
      interactions, threads: 1, checkpointing: Checkpointing(path: scratch.path("sample.checkpoint")))
    try model.write(to: scratch.path("sample.safetensors"))
    samples[.model] = [try scratch.read("sample.safetensors")]
    samples[.checkpoint] = [try scratch.read("sample.checkpoint")]
  }

  private static var configuration: ImplicitALS { ImplicitALS(factors: 3, iterations: 2) }

  private func makeTexts(_ users: [String], _ items: [Int], _ values: [Float]) throws {
    let rows = zip(users, zip(items, values))
    let csv = "userId,itemId,rating,timestamp\n" + rows.map { "\"\($0)\",\($1.0),\($1.1),2024-05-31 12:00\n" }.joined()
    let movieLens = rows.map { "\($1.0)::\($1.0 * 7)::\($1.1)::978300760\r\n" }.joined()
    let tabs = "\u{FEFF}user\titem\n" + rows.map { "\($0)\t\"a \"\"quoted\"\" \($1.0)\"\n" }.joined()
    samples[.delimited] = [csv, movieLens, tabs].map { Array($0.utf8) }
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["gzip", "--keep", try scratch.write(Array(csv.utf8), to: "sample.csv")]
    try process.run()
    process.waitUntilExit()
    samples[.compressed] = [try scratch.read("sample.csv.gz")]
  }

  private func makeMatrices() throws {
    try interactions.writeMatrixMarket(to: scratch.path("sample.mtx"))
    samples[.matrixMarket] = [
      try scratch.read("sample.mtx"),
      Array("%%MatrixMarket matrix coordinate pattern symmetric\n3 3 2\n2 1\n3 3\n".utf8),
    ]
    try interactions.writeSciPy(to: scratch.path("sample.npz"))
    samples[.sciPy] = [try scratch.read("sample.npz"), Array(Data(base64Encoded: deflatedMatrix) ?? Data())]
    try writeNumPyArray(Buffer<Float>([1, 2, 3, 4]), shape: [2, 2], to: scratch.path("sample.npy"))
    samples[.array] = [try scratch.read("sample.npy")]
    func file<Element: NumPyElement>(_ elements: [Element], _ shape: [Int]) throws -> [UInt8] {
      try writeNumPyArray(Buffer(elements), shape: shape, to: scratch.path("part.npy"))
      return try scratch.read("part.npy")
    }
    let text = try NumPyArchiveText(scratch)
    for format in ["csr", "csc"] {
      arrays.append([
        ("format", try text.file(format)), ("shape", try file([Int64(3), 4], [2])),
        ("indptr", try file([Int32(0), 1, 1, 3] + (format == "csc" ? [3] : []), [format == "csc" ? 5 : 4])),
        ("indices", try file([Int32(2), 0, 1], [3])), ("data", try file([Float(1), 2, 3], [3])),
      ])
    }
    arrays.append([
      ("format", try text.file("coo")), ("shape", try file([Int64(3), 4], [2])), ("row", try file([Int32(2), 0], [2])),
      ("col", try file([Int64(1), 3], [2])), ("data", try file([Double(1), 2], [2])),
      ("user_ids", try file([Int64(5), 9, 7], [3])),
    ])
  }

  /// Tries one damaged file; throws what a reader should not.
  public func run(seed: UInt64) throws {
    var mutator = Mutator(random: RandomGenerator(seed: seed))
    let kind = Kind.allCases[Int(seed % UInt64(Kind.allCases.count))]
    do {
      try read(kind, &mutator)
      // Every byte of these is under a checksum.
      if [.compiled, .model, .checkpoint].contains(kind) { throw DamageNotNoticed() }
      counts[kind, default: (0, 0)].read += 1
    } catch is ALSError {
      counts[kind, default: (0, 0)].refused += 1
    }
  }

  struct DamageNotNoticed: Error {}

  private func read(_ kind: Kind, _ mutator: inout Mutator) throws {
    let path = scratch.path("damaged")
    if kind == .sciPyArrays {
      var writer = try NumPyArchiveWriter(path: path)
      let parts = arrays[mutator.random.nextIndex(below: arrays.count)]
      let victim = mutator.random.nextIndex(below: parts.count)
      for (index, part) in parts.enumerated() {
        try writer.add(part.name, file: index == victim ? mutator.mutated(part.bytes) : part.bytes)
      }
      try writer.commit()
    } else {
      let choices = samples[kind] ?? []
      _ = try scratch.write(mutator.mutated(choices[mutator.random.nextIndex(below: choices.count)]), to: "damaged")
    }
    switch kind {
    case .delimited, .compressed, .matrixMarket, .sciPy, .sciPyArrays, .compiled:
      let readsTimes = mutator.random.nextIndex(below: 4) == 0
      let events = try InteractionsReader(readsTimes: readsTimes, threads: 1).readEvents(path).events
      // What could be read is a matrix, with every index in its range.
      if events.users.count < 1 << 16, events.items.count < 1 << 16 {
        let matrix = try Interactions(events, duplicates: .last, threads: 1)
        precondition(matrix.byItem.brokenInvariant() == nil && matrix.byUser.brokenInvariant() == nil)
      }
    case .array:
      let array = try NumPyArray(contentsOf: path)
      _ = try? array.text()
      _ = try? array.integers(as: Int32.self)
      _ = try array.numbers(as: Float.self)
    case .model:
      let model = try FactorModel(contentsOf: path)
      _ = try model.recommend(user: model.users[0], count: 2)
    case .checkpoint:
      _ = try Self.configuration.fit(interactions, threads: 1, checkpointing: Checkpointing(path: path))
    }
  }
}

/// Makes `.npy` files of text.
private struct NumPyArchiveText {
  let scratch: Scratch
  init(_ scratch: Scratch) throws { self.scratch = scratch }

  func file(_ text: String) throws -> [UInt8] {
    var writer = try NumPyArchiveWriter(path: scratch.path("text.npz"))
    try writer.add("t", text: text)
    try writer.commit()
    // Stored, after a header of 30 bytes, the name and an extra field of 20.
    let archive = try scratch.read("text.npz")
    let start = 30 + "t.npy".utf8.count + 20
    return Array(archive[start..<start + 128 + text.utf8.count])
  }
}

/// A matrix that SciPy saved, deflated.
private let deflatedMatrix = """
  UEsDBC0AAAAIAAAAIQAFb54W//////////8LABQAaW5kaWNlcy5ucHkBABAAjAAAAAAAAABMAAAAAAAAAJvsF+obEMnIUMZQrZ6SWpxcpG6loG\
  6TaaKuo6Cell9UUpSYF59flJIKEndLzClOBYoXZyQWpAL5GsY6mjoKtQoUAC5GBgYGJgYIAABQSwMELQAAAAgAAAAhAISMjp///////////woA\
  FABpbmRwdHIubnB5AQAQAIwAAAAAAAAATAAAAAAAAACb7BfqGxDJyFDGUK2eklqcXKRupaBuk2mirqOgnpZfVFKUmBefX5SSChJ3S8wpTgWKF2\
  ckFqQC+RrGOpo6CrUKFAAuBiBgAmJmIAYAUEsDBC0AAAAIAAAAIQCjw3SX//////////8KABQAZm9ybWF0Lm5weQEAEACDAAAAAAAAAEUAAAAA\
  AAAAm+wX6hsQychQxlCtnpJanFykbqWgXhNsrK6joJ6WX1RSlJgXn1+UkgoSd0vMKU4FihdnJBakAvkamjoKtQoUAa7k4iIAUEsDBC0AAAAIAA\
  AAIQBgSH4M//////////8JABQAc2hhcGUubnB5AQAQAJAAAAAAAAAASgAAAAAAAACb7BfqGxDJyFDGUK2eklqcXKRupaBuk2mhrqOgnpZfVFKU\
  mBefX5SSChJ3S8wpTgWKF2ckFqQC+RpGOpo6CrUKFAAuJgYIYIbSAFBLAwQtAAAACAAAACEAQaPs1v//////////CAAUAGRhdGEubnB5AQAQAI\
  wAAAAAAAAAUAAAAAAAAACb7BfqGxDJyFDGUK2eklqcXKRupaBuk2airqOgnpZfVFKUmBefX5SSChJ3S8wpTgWKF2ckFqQC+RrGOpo6CrUKFAAu\
  BoYGewYGBQcGBgcHAFBLAQItAy0AAAAIAAAAIQAFb54WTAAAAIwAAAALAAAAAAAAAAAAAACAAQAAAABpbmRpY2VzLm5weVBLAQItAy0AAAAIAA\
  AAIQCEjI6fTAAAAIwAAAAKAAAAAAAAAAAAAACAAYkAAABpbmRwdHIubnB5UEsBAi0DLQAAAAgAAAAhAKPDdJdFAAAAgwAAAAoAAAAAAAAAAAAA\
  AIABEQEAAGZvcm1hdC5ucHlQSwECLQMtAAAACAAAACEAYEh+DEoAAACQAAAACQAAAAAAAAAAAAAAgAGSAQAAc2hhcGUubnB5UEsBAi0DLQAAAA\
  gAAAAhAEGj7NZQAAAAjAAAAAgAAAAAAAAAAAAAAIABFwIAAGRhdGEubnB5UEsFBgAAAAAFAAUAFgEAAKECAAAAAA==
  """
