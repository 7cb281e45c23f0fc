import ALSSparse
import Testing

/// Attributes become coordinates.
@Suite struct FeaturesTests {
  private func row(_ features: Features, _ entity: Identifier) -> [String: Float] {
    guard let row = features.entities.index(of: entity) else { return [:] }
    return Dictionary(
      uniqueKeysWithValues: features.matrix.entries(ofRow: row).map {
        (
          features.space.names[Int(features.matrix.columns.pointer[$0])].description,
          features.matrix.values?.pointer[$0] ?? 1
        )
      })
  }

  @Test func valuesBecomeCoordinates() {
    let features: Features = [
      "a": ["brand": "Acme", "price": 1, "weight": .amount(3), "organic": true],
      "b": ["brand": "Bolt", "price": 5, "weight": .amount(4), "organic": false], 7: ["brand": "Acme"],
    ]
    #expect(Array(features.entities) == [7, "a", "b"])
    #expect(
      Array(features.space.names).map(\.description) == ["brand=Acme", "organic", "price", "weight", "brand=Bolt"])
    #expect(row(features, 7) == ["brand=Acme": 1])
    #expect(row(features, "a") == ["brand=Acme": 1, "organic": 1, "price": -1, "weight": 3 / Float(12.5).squareRoot()])
    #expect(row(features, "b")["price"] == 1 && row(features, "b")["organic"] == nil)
    #expect(features.entityCounts() == [2, 1, 2, 2, 1])
    #expect(features.unknown.isEmpty)
    #expect(features.missingCount(among: Identifiers(positions: 9)) == 8)

    let new = Features(["c": ["brand": "Cork", "price": 9, "x": 1], "d": ["brand": "Bolt"]], in: features.space)
    #expect(row(new, "c") == ["price": 3] && row(new, "d") == ["brand=Bolt": 1])
    #expect(new.unknown == ["brand=Cork": 1, "x": 1])
    #expect(new.missingCount(among: new.entities) == 0)
  }

  @Test func othersReplaceRows() {
    let features: Features = ["a": ["x": true], "b": ["y": true]]
    let merged = features.replacing(with: Features(["b": ["x": .amount(2)], "c": ["y": true]], in: features.space))
    #expect(Array(merged.entities) == ["a", "b", "c"])
    #expect(row(merged, "a") == ["x": 1] && row(merged, "b") == ["x": 2] && row(merged, "c") == ["y": 1])
  }

  @Test func whatIsConstantOrRepeatedHarmsNothing() {
    let constant: Features = ["a": ["x": 5], "b": ["x": 5]]
    #expect(row(constant, "a").isEmpty && constant.space.transformation(ofFeatureAt: 0) == (5, 1))
    var table = AttributeTable()
    let a = table.add("a")
    table.add("x", .amount(1), to: a)
    table.add("x", .amount(3), to: a)
    table.add("", .amount(1), to: a)
    let features = table.features(in: nil)
    #expect(features.matrix.entryCount == 1 && features.namelessCount == 1)
  }
}
