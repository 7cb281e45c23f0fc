import ALS
import ALSArrays
import ALSFiles
import ALSPlatform
import ALSTestSupport
import Foundation
import Testing

/// The code of docs/serving.md, compiled and run; ``DocumentationTests`` compares the two.
@Suite struct ServingExamples {
  static let names = ["85123A", "22423", "84879", "POST", "47566", "20725"]

  static func purchases(of users: Range<Int>) throws -> Interactions {
    let pairs = users.flatMap { user in names.indices.filter { ($0 * 7 + user) % 3 != 0 }.map { (user, names[$0]) } }
    return try Interactions(users: pairs.map(\.0), items: pairs.map(\.1))
  }

  @Test func everythingInTurn() async throws {
    let scratch = try Scratch()
    let (path, directory) = (scratch.path("model.safetensors"), scratch.url.path)
    let interactions = try Self.purchases(of: 13060..<13100)
    let recentPurchases = try Self.purchases(of: 13080..<13110)
    let stock: Set<String> = ["85123A", "22423", "84879", "47566", "23084"]
    let cart = ["47566"]
    let hkv = ImplicitALS(.hkv(confidence: .linear))
    try ImplicitALS(factors: 16, iterations: 3).fit(interactions).write(to: path)
    let numbers = Buffer<Float>((0..<6).map { Float($0) })
    var archive = try NumPyArchiveWriter(path: directory + "/implicit.npz")
    for (name, file) in [("user_factors", "/u.npy"), ("item_factors", "/i.npy")] {
      try archive.add(name, numbers, shape: [3, 2])
      try writeNumPyArray(numbers, shape: [3, 2], to: directory + file)
    }
    try archive.commit()
    for file in ["/userFactors.json", "/itemFactors.json"] {
      let lines = (0..<3).map { #"{"id":\#(7 * $0),"features":[\#($0).5,0.25]}"# }
      try lines.joined(separator: "\n").write(toFile: directory + file, atomically: true, encoding: .utf8)
    }

    struct Product {
      let sku, category: String
      let stock: Int
    }
    let shop = Self.names.enumerated().map { Product(sku: $1, category: $0 % 2 == 0 ? "toys" : "tea", stock: $0) }
    let lines = shop.map { "\($0.sku),\($0.category),5,no,\($0.stock)" }
    try (["sku,category,price,sale,stock"] + lines).joined(separator: "\n").write(
      toFile: directory + "/products.csv", atomically: true, encoding: .utf8)

    let model = try FactorModel(contentsOf: path)
    try model.prepare()

    let own = try FactorModel(contentsOf: path, mapped: false)
    print(own.users.count, "users")

    let basket: History = ["85123A": 2, "22423": 1]
    let offer = try model.recommend(history: basket, count: 5)
    print(offer.items.map(\.id), "unknown items:", offer.unknown)

    let user = try model.foldIn(user: basket)
    let best = try model.recommend(user: user, count: 5)
    let score = try model.score(user: user, item: "84879")

    let folded = try model.foldIn(users: interactions)
    print(folded.count, "users,", folded.unknownCount, "interactions with unknown items")

    let seen = try Exclusions(seen: interactions, items: ["POST"], for: model)
    let inStock = try Selection(items: stock, unknown: .ignore, of: model)
    var options = RecommendationOptions(candidates: inStock, minimumScore: 0.05, coldStart: .popular)
    options.popularityPenalty = try PopularityPenalty(strength: 0.1, for: model)
    options.diversity = try Diversity(weight: 0.3)
    let items = try model.recommend(user: 13085, count: 10, excluding: seen, options: options)

    let now = try seen.union(Exclusions(items: cart, unknown: .ignore, for: model))
    let other = try model.recommend(user: 13085, excluding: now, options: options)

    let ranked = try model.rank(items: ["85123A", "22423", "new-arrival"], user: 13085)
    print(ranked.items.map(\.id), ranked.unknown)

    let products = try ItemTable(contentsOf: directory + "/products.csv")
    let toys = try Selection(
      itemsOf: model, in: products, where: ItemPredicate("category = toys and (price < 20 or sale = yes) and stock > 0")
    )
    let gifts = try model.recommend(user: 13085, options: RecommendationOptions(candidates: toys))

    let shelf = try ItemTable(
      shop, item: \.sku, columns: ["category": { .text($0.category) }, "stock": { .number(Double($0.stock)) }])
    let cheap = ItemColumn("category").isIn(["toys", "books"]) && !(ItemColumn("stock") <= 0)
    let onTheShelf = try Selection(itemsOf: model, in: shelf, where: cheap)

    for try await result in try model.recommendations(users: model.users, count: 10, excluding: seen) {
      print(result.user, result.items.map(\.id))
    }

    let audience = try model.recommendUsers(forItem: "85123A", count: 1000, excluding: seen)
    let active = Selection(usersOf: model) { $0 != 13085 }
    let campaigns = try model.recommendUsers(forItems: ["85123A", "22423"], count: 1000, among: active)

    let alike = try model.similar(item: "85123A", count: 5, by: .cosine, among: inStock, minimumScore: 0.2)

    let why = try model.explain(item: "84879", user: 13085, in: interactions)
    for part in why.contributions.prefix(3) { print(part.id, part.contribution) }

    var visit = try model.system(user: ["85123A", "22423"])
    try visit.add(["84879": 2])
    let shown = try model.recommend(user: visit.row, count: 20)
    let unsure = try visit.variances(of: shown.map(\.id))
    let optimistic = zip(shown, unsure).map { item, variance in item.score + 0.1 * variance.squareRoot() }

    let updated = try model.updating(users: recentPurchases)

    let tomorrow = try ImplicitALS(factors: 16, iterations: 3).fit(recentPurchases, startingFrom: updated)

    let task = ImplicitALS(factors: 16, iterations: 5).task(on: interactions)
    for await record in task.progress { print(record.iteration, record.seconds) }
    let trained = try await task.model

    try model.writeVectors(of: .items, as: .cosine, to: directory + "/items.npy")
    try model.writeVectors(of: .users, as: .cosine, to: directory + "/users.npy")
    try model.writeIdentifiers(of: .items, to: directory + "/items.txt")

    let imported = try FactorModel(importing: directory + "/implicit.npz", configuration: .implicit(hkv))
    let plain = try FactorModel(
      userFactors: directory + "/u.npy", itemFactors: directory + "/i.npy", configuration: .implicit(hkv))
    let given = try FactorModel(
      userFactors: [[0.1, 0.7], [0.4, 0.2]], itemFactors: [[0.9, 0.1], [0.3, 0.8], [0.5, 0.5]],
      users: ["ann", "bob"], items: [11, 12, 13], configuration: .implicit(hkv))

    struct Row: Decodable {
      let id: Int
      let features: [Float]
    }
    func rows(_ path: String) throws -> [Row] {
      try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
        .map { try JSONDecoder().decode(Row.self, from: Data($0.utf8)) }
    }
    let (userRows, itemRows) = (try rows(directory + "/userFactors.json"), try rows(directory + "/itemFactors.json"))
    var loss = ImplicitLoss.hkv(alpha: 40, confidence: .linear)
    (loss.regularizationBasis, loss.dislikes) = (.entries, .zero)
    let spark = try FactorModel(
      userFactors: userRows.map(\.features), itemFactors: itemRows.map(\.features),
      users: userRows.map(\.id), items: itemRows.map(\.id),
      configuration: .implicit(ImplicitALS(loss, regularization: 0.1, regularizationExponent: 1)))
    #expect(offer.items.count <= 5 && best == offer.items && score.isFinite && folded.count == 40)
    #expect(inStock.unknown == [23084] && !other.contains { $0.id == 47566 })
    #expect(
      items.allSatisfy { stock.contains($0.id.description) } && ranked.unknown == ["new-arrival"] && alike.count <= 3)
    #expect(!why.contributions.isEmpty && optimistic.count == shown.count)
    #expect(updated.users.count == 50 && tomorrow.history.count == 3 && trained.history.count == 5)
    #expect(imported.factorCount == 2 && plain.items.count == 3 && given.items.count == 3)
    #expect(audience.count < 40 && campaigns.map(\.count) == [39, 39])
    #expect(toys == onTheShelf && toys.count == 2 && gifts.count <= 2)
    #expect(try spark.score(user: 14, item: 7) == 2.5 * 1.5 + 0.0625)
    #expect(try spark.foldIn(user: [7: 2, 14: -1]).entries.count == 2)
  }
}
