import ALS
import ALSDense
import ALSPlatform
import ALSSparse
import ALSTestSupport
import Foundation
import Testing

@Suite struct ModelFileTests {
  let directory: URL

  init() throws {
    directory = FileManager.default.temporaryDirectory.appending(path: "als-model-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
  }

  private func path(_ name: String) -> String { directory.appending(path: name).path }

  static func models() throws -> [FactorModel] {
    let data = try TestData("random", users: 9, items: 7, density: 0.5, emptyUsers: [2], seed: 41).interactions
    let named = try Interactions(users: ["zoë", "ann", "", "7"], items: [3, 1, 2, 3])
    return [
      try ImplicitALS(factors: 3, iterations: 2).fit(data, computingLoss: true),
      try ImplicitALS(.hkv(), factors: 3, iterations: 1, precision: .double).fit(named),
      try ExplicitALS(factors: 5, iterations: 2).fit(data),
      try ExplicitALS(ExplicitLoss(biases: false), factors: 2, iterations: 1, precision: .double).fit(named),
    ]
  }

  @Test func loadedModelIsTheSame() throws {
    defer { try? FileManager.default.removeItem(at: directory) }
    for model in try Self.models() {
      try model.write(to: path("m.safetensors"))
      let loaded = try FactorModel(contentsOf: path("m.safetensors"))
      #expect(loaded.factorBytes == model.factorBytes)
      #expect(loaded.users == model.users)
      #expect(loaded.items == model.items)
      #expect(loaded.configuration == model.configuration)
      #expect(loaded.history == model.history)
      #expect(loaded.globalMean == model.globalMean)
      #expect(loaded.dataFingerprint == model.dataFingerprint)
      for user in model.users {
        #expect(try loaded.recommend(user: user) == model.recommend(user: user))
      }
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path) == ["m.safetensors"])
  }

  @Test func everyFlippedBitIsNoticed() throws {
    defer { try? FileManager.default.removeItem(at: directory) }
    let model = try Self.models()[2]
    try model.write(to: path("good"))
    let good = try Data(contentsOf: URL(filePath: path("good")))
    for position in good.indices {
      var bad = good
      bad[position] ^= 1 << (position % 8)
      try bad.write(to: URL(filePath: path("bad")))
      let error = #expect(throws: ALSError.self, "byte \(position)") { try FactorModel(contentsOf: path("bad")) }
      #expect(error?.kind == .data)
      #expect(error?.message.hasPrefix(path("bad")) == true)
    }
  }

  @Test func everyTruncationIsNoticed() throws {
    defer { try? FileManager.default.removeItem(at: directory) }
    try Self.models()[0].write(to: path("good"))
    let good = try Data(contentsOf: URL(filePath: path("good")))
    for length in 0..<good.count {
      try good.prefix(length).write(to: URL(filePath: path("bad")))
      #expect(throws: ALSError.self, "\(length) bytes") { try FactorModel(contentsOf: path("bad")) }
    }
    try (good + [0]).write(to: URL(filePath: path("bad")))
    #expect(throws: ALSError.self) { try FactorModel(contentsOf: path("bad")) }
  }

  /// A model that was read does not mind what happens to its file; one that is mapped shares its bytes.
  @Test func aCopyOutlivesTheFile() throws {
    defer { try? FileManager.default.removeItem(at: directory) }
    for model in try Self.models() {
      try model.write(to: path("m"))
      let copy = try FactorModel(contentsOf: path("m"), mapped: false)
      // In place, not by renaming.
      let handle = try FileHandle(forWritingTo: URL(filePath: path("m")))
      try handle.truncate(atOffset: 0)
      try handle.close()
      #expect(copy.factorBytes == model.factorBytes && copy.users == model.users && copy.items == model.items)
      for user in model.users { #expect(try copy.recommend(user: user) == model.recommend(user: user)) }
    }
  }

  @Test func unusableFactorsAreNotWritten() throws {
    defer { try? FileManager.default.removeItem(at: directory) }
    let good = try Self.models()[2]
    guard case .float(let tables) = good.tables else { preconditionFailure("explicit models are single by default") }
    for number: Float in [.nan, .infinity, 3e38, -1e16] {
      let users = Matrix(copying: tables.users.matrix)
      users.row(4)[1] = number
      let bad = FactorModel(
        users: good.users, items: good.items, configuration: good.configuration, history: [], globalMean: 1,
        dataFingerprint: "", itemCounts: nil,
        tables: .float(
          FactorTables(users: FactorRows(users, biases: tables.users.biases), items: tables.items)))
      let error = #expect(throws: ALSError.self) { try bad.write(to: path("bad")) }
      #expect(error?.message.contains("user \(good.users[4]) has a factor of") == true)
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path).isEmpty)
  }

  @Test func otherFilesAreRefused() throws {
    defer { try? FileManager.default.removeItem(at: directory) }
    try "user,item\n1,2\n".write(toFile: path("data.csv"), atomically: true, encoding: .utf8)
    let notModel = #expect(throws: ALSError.self) { try FactorModel(contentsOf: path("data.csv")) }
    #expect(notModel?.message.contains("is not a model file") == true)
    let missing = #expect(throws: ALSError.self) { try FactorModel(contentsOf: path("missing")) }
    #expect(missing?.kind == .unreadable)
    let folder = #expect(throws: ALSError.self) { try FactorModel(contentsOf: directory.path) }
    #expect(folder?.message.contains("is a directory") == true)
  }

  @Test func failedWriteLeavesTheOldFile() throws {
    defer { try? FileManager.default.removeItem(at: directory) }
    let model = try Self.models()[0]
    let error = #expect(throws: ALSError.self) { try model.write(to: path("nowhere/m.safetensors")) }
    #expect(error?.kind == .cannotCreate)
    #expect(throws: ALSError.self) { try model.write(to: directory.path) }
    #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path).isEmpty)
  }

  /// Python's own reader sees the shapes, identifiers and scores that are promised.
  @Test(.enabled("needs Python with the safetensors and numpy packages") { Python.has("numpy, safetensors") })
  func pythonReadsTheFile() throws {
    defer { try? FileManager.default.removeItem(at: directory) }
    for (number, model) in try Self.models().enumerated() {
      let file = path("m\(number).safetensors")
      try model.write(to: file)
      let script = """
        import json, sys
        from safetensors import safe_open
        from safetensors.numpy import load_file
        t = load_file(sys.argv[1])
        def ids(side):
            if side + "_ids" in t: return [int(v) for v in t[side + "_ids"]]
            b, o = t[side + "_id_bytes"].tobytes(), t[side + "_id_offsets"]
            return [b[o[i]:o[i + 1]].decode() for i in range(len(o) - 1)]
        x, y = t["user_factors"].astype("f8"), t["item_factors"].astype("f8")
        s = x @ y.T
        if "user_bias" in t: s = s + t["user_bias"].astype("f8")[:, None] + t["item_bias"].astype("f8")[None, :]
        if "global_mean" in t: s = s + t["global_mean"][0]
        meta = safe_open(sys.argv[1], "np").metadata()
        print(json.dumps({"shapes": [list(x.shape), list(y.shape)], "dtype": str(t["user_factors"].dtype),
          "users": [str(v) for v in ids("user")], "items": [str(v) for v in ids("item")],
          "scores": s.tolist(), "format": meta["format"]}))
        """
      struct Seen: Decodable {
        let shapes: [[Int]], dtype: String, users: [String], items: [String], scores: [[Double]], format: String
      }
      let seen = try JSONDecoder().decode(Seen.self, from: Python.run(script, file))
      #expect(seen.shapes == [[model.users.count, model.factorCount], [model.items.count, model.factorCount]])
      #expect(seen.dtype == (model.precision == .float ? "float32" : "float64"))
      #expect(seen.users == model.users.map(\.description))
      #expect(seen.items == model.items.map(\.description))
      #expect(seen.format == "swift-als-model")
      for user in model.users.indices {
        for item in model.items.indices {
          #expect(abs(seen.scores[user][item] - model.score(userAt: user, itemAt: item)) < 1e-12)
        }
      }
    }
  }
}
