import ALS
import ALSArrays
import ALSPlatform
import ALSSparse
import ALSTestSupport
import Foundation
import Testing

/// Vectors for and factors from other programs.
@Suite struct ExchangeTests {
  private static func product(_ a: ArraySlice<Double>, _ b: ArraySlice<Double>) -> Double {
    zip(a, b).reduce(0) { $0 + $1.0 * $1.1 }
  }

  @Test(arguments: [ObjectiveCase.hkv, .explicitBiased, .explicitPlain], Precision.allCases)
  func vectorsOrderItemsAsScoresDo(objective: ObjectiveCase, precision: Precision) throws {
    let model = try objective.model(of: try FoldInTests.data(), factors: 5, precision)
    let (inner, n) = (model.vectors(of: .items, as: .innerProduct), model.items.count)
    let (cosine, dimensions) = model.vectors(of: .items, as: .cosine)
    #expect(dimensions == 5 + 1 + (model.hasBiases ? 1 : 0) && inner.dimensions == dimensions - 1)
    func row(_ table: (values: [Double], dimensions: Int), _ index: Int) -> ArraySlice<Double> {
      table.values[index * table.dimensions..<(index + 1) * table.dimensions]
    }
    let norms = (0..<n).map { Self.product(row((cosine, dimensions), $0), row((cosine, dimensions), $0)).squareRoot() }
    let largest = norms.max() ?? 0
    for norm in norms { #expect(abs(norm - largest) < 1e-7 * largest) }
    let (users, queries) = (
      model.vectors(of: .users, as: .innerProduct), model.vectors(of: .users, as: .cosine)
    )
    for user in [0, 9, 66] {
      let scores = (0..<n).map { model.score(userAt: user, itemAt: $0) }
      for item in 0..<n {
        let score = Self.product(row(users, user), row(inner, item)) + model.globalMean + model.userBias(at: user)
        #expect(abs(score - scores[item]) < 1e-12 * max(1, abs(score)))
        let augmented = Self.product(row(queries, user), row((cosine, dimensions), item))
        #expect(abs(augmented - Self.product(row(users, user), row(inner, item))) < 1e-12 * max(1, abs(augmented)))
      }
    }
    #expect(row(model.vectors(of: .users, as: .factors), 9).elementsEqual(model.userFactors(at: 9)))
  }

  @Test(arguments: Precision.allCases) func numPyReadsWhatIsWritten(precision: Precision) throws {
    try #require(Python.has("numpy"), "Python's numpy is needed: scripts/install-dependencies --tests")
    let scratch = try Scratch()
    let model = try ObjectiveCase.explicitBiased.model(of: try FoldInTests.data(), factors: 5, precision)
    try model.writeVectors(of: .items, as: .innerProduct, to: scratch.path("items.npy"))
    try model.writeVectors(of: .users, as: .cosine, to: scratch.path("users.csv"))
    try model.writeIdentifiers(of: .items, to: scratch.path("items.txt"))
    let output = try Python.run(
      """
      import numpy, sys, csv
      items = numpy.load(sys.argv[1])
      users = list(csv.reader(open(sys.argv[2])))
      ids = open(sys.argv[3]).read().split()
      print(items.dtype, *items.shape, *[repr(float(x)) for x in items.ravel()])
      print(len(users) - 1, users[0][0], *users[1], *ids)
      """, scratch.path("items.npy"), scratch.path("users.csv"), scratch.path("items.txt"))
    let lines = String(decoding: output, as: UTF8.self).split(separator: "\n").map { $0.split(separator: " ") }
    let (values, dimensions) = model.vectors(of: .items, as: .innerProduct)
    #expect(lines[0].prefix(3) == [precision == .float ? "float32" : "float64", "53", "\(dimensions)"])
    #expect(lines[0].dropFirst(3).map { Double($0) } == values)
    #expect(lines[1].prefix(3) == ["67", "id", "0"])
    let first = lines[1].dropFirst(3).prefix(7).compactMap {
      precision == .float ? Float($0).map(Double.init) : Double($0)
    }
    #expect(first == Array(model.vectors(of: .users, as: .cosine).values.prefix(7)))
    #expect(lines[1].suffix(53).map { Identifier($0) } == Array(model.items))
    #expect(throws: ALSError.self) { try model.writeVectors(of: .items, to: scratch.path("items.bin")) }
  }

  /// The archives that implicit saves, compressed or not, in either precision.
  @Test(arguments: ["savez", "savez_compressed"], ["float32", "float64"])
  func archivesOfImplicitAreRead(function: String, type: String) throws {
    try #require(Python.has("numpy"), "Python's numpy is needed: scripts/install-dependencies --tests")
    let scratch = try Scratch()
    let output = try Python.run(
      """
      import numpy, sys
      random = numpy.random.default_rng(5)
      users, items = random.normal(size=(7, 3)).astype("\(type)"), random.normal(size=(11, 3)).astype("\(type)")
      numpy.\(function)(sys.argv[1], user_factors=users, item_factors=items, regularization=0.25, alpha=4.0,
        factors=3, dtype="\(type)", iterations=15, num_threads=0)
      numpy.save(sys.argv[2], users); numpy.save(sys.argv[3], numpy.asfortranarray(items))
      print(*[repr(float(x)) for x in (users.astype(float) @ items.astype(float).T).ravel()])
      """, scratch.path("m.npz"), scratch.path("u.npy"), scratch.path("i.npy"))
    let scores = String(decoding: output, as: UTF8.self).split(whereSeparator: \.isWhitespace).compactMap { Double($0) }
    let names: [Identifier] = ["a", "b", 3, "d", "e", 6, "g"]
    let configuration = ModelConfiguration.implicit(
      ImplicitALS(.hkv(), precision: type == "float64" ? .double : .float))
    for model in [
      try FactorModel(importing: scratch.path("m.npz"), users: names, configuration: configuration),
      try FactorModel(
        userFactors: scratch.path("u.npy"), itemFactors: scratch.path("i.npy"), users: names,
        configuration: configuration),
    ] {
      #expect(model.factorCount == 3 && model.items == Identifiers(positions: 11))
      for (user, name) in names.enumerated() {
        for item in 0..<11 {
          let score = try model.score(user: name, item: item)
          #expect(abs(score - scores[user * 11 + item]) < 1e-12)
        }
        #expect(try model.recommend(user: name, count: 11).count == 11)
      }
      try model.write(to: scratch.path("m.safetensors"))
      #expect(try FactorModel(contentsOf: scratch.path("m.safetensors")).users == model.users)
      // Nobody knows how popular the items are.
      #expect(throws: ALSError.self) { try model.popularItems() }
    }
    let found = try #require(ImplicitALS(FactorModel(importing: scratch.path("m.npz")).configuration))
    #expect(found.regularization == 0.25 && found.alpha == 4 && found.objective == .hkv && found.factors == 3)
  }

  /// What is written and read again is the same.
  @Test func roundTrip() throws {
    let scratch = try Scratch()
    let model = try ObjectiveCase.hkv.model(of: try FoldInTests.data(), factors: 5, .double)
    try model.writeVectors(of: .items, to: scratch.path("items.npy"))
    try model.writeVectors(of: .users, to: scratch.path("users.npy"))
    let loaded = try FactorModel(
      userFactors: scratch.path("users.npy"), itemFactors: scratch.path("items.npy"), users: Array(model.users),
      items: Array(model.items), configuration: model.configuration)
    #expect(loaded.factorBytes == model.factorBytes)
    #expect(try loaded.foldIn(user: [1: 2, 5: 1]) == model.foldIn(user: [1: 2, 5: 1]))
  }

  @Test func whatDoesNotFitIsAnError() throws {
    let scratch = try Scratch()
    func write(_ name: String, _ values: [Float], _ shape: [Int]) throws -> String {
      try writeNumPyArray(Buffer(values), shape: shape, to: scratch.path(name))
      return scratch.path(name)
    }
    let users = try write("u.npy", [1, 2, 3, 4], [2, 2])
    let attempts: [(String, () throws -> FactorModel)] = [
      ("shape", { try FactorModel(userFactors: users, itemFactors: write("a.npy", [1, 2, 3], [1, 3])) }),
      ("shape", { try FactorModel(userFactors: users, itemFactors: write("b.npy", [1, 2], [2])) }),
      ("row 1", { try FactorModel(userFactors: write("c.npy", [1, 2, .nan, 1], [2, 2]), itemFactors: users) }),
      ("2 rows for 1", { try FactorModel(userFactors: users, itemFactors: users, users: [1]) }),
      ("twice", { try FactorModel(userFactors: users, itemFactors: users, users: [1, "1"]) }),
      (
        "unobserved",
        {
          try FactorModel(userFactors: users, itemFactors: users, configuration: .implicit(ImplicitALS()))
        }
      ),
      (
        "biases",
        {
          try FactorModel(
            userFactors: users, itemFactors: users, configuration: .explicit(ExplicitALS(regularization: 1)))
        }
      ),
    ]
    for (reason, attempt) in attempts {
      let error = #expect(throws: ALSError.self) { _ = try attempt() }
      #expect(error?.message.contains(reason) == true, "\(error?.message ?? "")")
    }
    var archive = try NumPyArchiveWriter(path: scratch.path("x.npz"))
    try archive.add("other", Buffer<Float>([1]), shape: [1])
    try archive.commit()
    let error = #expect(throws: ALSError.self) { try FactorModel(importing: scratch.path("x.npz")) }
    #expect(error?.message.contains("has no array user_factors, only other") == true)
  }

  /// The recipe of the documentation: an index of nearest neighbours finds what the exact search finds.
  @Test(.enabled(if: Python.has("hnswlib, numpy"), "Python's hnswlib is needed"))
  func nearestNeighboursAreTheBestItems() throws {
    let scratch = try Scratch()
    let (model, _) = try RecommendTests.model(explicit: true, .float)
    try model.writeVectors(of: .items, as: .cosine, to: scratch.path("items.npy"))
    try model.writeVectors(of: .users, as: .cosine, to: scratch.path("users.npy"))
    let best = try model.recommend(users: Array(model.users), count: 10).flatMap { $0.map { Int32($0.index) } }
    try writeNumPyArray(Buffer(best), shape: [model.users.count, 10], to: scratch.path("best.npy"))
    let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..")
    let script = try String(contentsOf: root.appending(path: "Examples/ann-index/recall.py"), encoding: .utf8)
    let output = try Python.run(
      script, scratch.path("items.npy"), scratch.path("users.npy"), scratch.path("best.npy"))
    let words = String(decoding: output, as: UTF8.self).split(whereSeparator: \.isWhitespace)
    let recall = try #require(words.last.flatMap { Double($0) })
    #expect(recall > 0.97)
  }
}
