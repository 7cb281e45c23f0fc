import ALS
import ALSFiles
import ALSTestSupport
import Foundation
import Testing

/// The code of docs/features.md, compiled and run; ``DocumentationTests`` compares the two.
@Suite struct FeatureExamples {
  @Test func everythingInTurn() throws {
    let scratch = try Scratch()
    let folder = scratch.url.path
    for (name, text) in [
      ("products.csv", "85123A,red\n22423,red\n84879,blue\n"), ("customers.csv", "customer,country\n13085,France\n"),
      ("new.csv", "99999,red\n99999,new\n"),
    ] { _ = try scratch.write(text.utf8, to: name) }
    let purchases = try ServingExamples.purchases(of: 13060..<13100)

    let products = try Features(contentsOf: folder + "/products.csv")  // item,attribute[,value]
    let customers = try Features(contentsOf: folder + "/customers.csv")
    let model = try ImplicitALS().fit(purchases, userFeatures: customers, itemFeatures: products)
    let newcomer = try model.foldIn(user: ["85123A"], features: ["country": "France"])
    let offer = try model.recommend(user: newcomer, count: 5)
    let why = try model.explain(item: "22423", history: ["85123A"], features: ["country": "France"])
    let arrivals = try Features(contentsOf: folder + "/new.csv", in: model.itemFeatures?.space)  // as the model's own
    print(arrivals.unknown)  // features that the model does not know, and how often they came
    let updated = try model.updating(itemFeatures: arrivals)  // from now on they are recommended
    let alike = try updated.similar(item: "99999", count: 5)

    let parts = Features([4711: ["brand": "Acme", "price": 2.55, "organic": true], 4712: ["brand": "Bolt"]])

    #expect(newcomer.hasFeatures && !offer.isEmpty && offer.allSatisfy { $0.id != "85123A" })
    #expect(why.userFeatures.map(\.name) == ["country=France"])
    #expect(arrivals.unknown == ["new": 1] && alike.count == 5 && updated.items.count == model.items.count + 1)
    #expect(parts.entities.count == 2 && parts.space.count == 4)
    // Names of any kind.
    let (basket, item): ([Substring], Substring) = (["85123A"], "22423")
    #expect(try model.foldIn(user: basket, features: ["country": "France"]) == newcomer)
    #expect(try model.explain(item: item, history: basket, features: ["country": "France"]) == why)
  }
}
