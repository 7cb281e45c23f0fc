import ALSFiles
import ALSPlatform
import ALSSparse
import Testing

@Suite struct FeatureFilesTests {
  private func rows(_ features: Features) -> [String: [String: Float]] {
    Dictionary(
      uniqueKeysWithValues: features.entities.indices.map { row in
        let entries = features.matrix.entries(ofRow: row).map {
          (
            features.space.names[Int(features.matrix.columns.pointer[$0])].description,
            features.matrix.values?.pointer[$0] ?? 1
          )
        }
        return (features.entities[row].description, Dictionary(uniqueKeysWithValues: entries))
      })
  }

  @Test func longForm() throws {
    for text in [
      "item,attribute\n1,12\n1,7\n2,12\n", "1,12\n1,7\n2,12\n1,7\n", "item_id:token,tag:token\n1,12\n1,7\n2,12\n",
    ] {
      #expect(rows(try Features(contentsOf: temporaryPath(text))) == ["1": ["12": 1, "7": 1], "2": ["12": 1]])
    }
    let valued = try Features(
      contentsOf: temporaryPath("item,attribute,value\n1,brand,Acme\n1,depth,3\n2,depth,4\n2,brand,5\n3,brand,\n"))
    #expect(Array(valued.space.names).map(\.description) == ["brand=Acme", "depth", "brand=5"])
    #expect(rows(valued)["1"] == ["brand=Acme": 1, "depth": 3 / Float(12.5).squareRoot()])
    #expect(rows(valued)["3"] == [:])
  }

  @Test func wideForm() throws {
    let text = "id;brand;price;shop_id;\n1;Acme;1;3;x\n2;\"Bo;lt\";5;3;\n3;Acme;nan;;\n3;Cork;;;\n"
    let features = try Features(contentsOf: temporaryPath(text))
    #expect(
      rows(features) == [
        "1": ["brand=Acme": 1, "price": -1, "shop_id=3": 1], "2": ["brand=Bo;lt": 1, "price": 1, "shop_id=3": 1],
        "3": ["brand=Acme": 1, "brand=Cork": 1],
      ])
    #expect(features.namelessCount == 1)
    let kinds = try Features(contentsOf: temporaryPath(text), format: FeatureFormat(categories: ["price"]))
    #expect(rows(kinds)["2"]?["price=5"] == 1)

    let new = try Features(
      contentsOf: temporaryPath("id,brand,price,size\n9,Cork,7,4\n8,Dorn,a,4\n"), in: features.space)
    #expect(rows(new) == ["9": ["brand=Cork": 1, "price": 2], "8": [:]])
    #expect(new.unknown == ["brand=Dorn": 1, "price=a": 1, "size=4": 2])
  }

  @Test(arguments: [
    ("", "is empty. "), ("item,brand,price\n1,a\n", "line 2: 2 fields, but the header names 3 columns"),
    ("1,2,3,4\n", "line 1: 4 fields, but an entity, an attribute and perhaps a value are needed"),
    ("item,attribute\n,7\n", "line 2: the first field, the user or the item, is empty"),
    ("item,attribute\n1,\"7\n", "line 2: a quoted field"), ("item,attribute\n1,\"7\"8\n", "line 2: text follows"),
  ]) func failures(text: String, message: String) throws {
    let file = try TemporaryFile(text)
    let error = try #require(throws: ALSError.self) { try Features(contentsOf: file.path) }
    #expect(error.message.hasPrefix(file.message(message)), "\(error)")
  }

  @Test func wideNeedsAHeader() throws {
    let file = try TemporaryFile("1,2,3\n")
    let error = try #require(throws: ALSError.self) {
      try Features(contentsOf: file.path, format: FeatureFormat(form: .wide, hasHeader: false))
    }
    #expect(error.message.contains("has no header"))
  }
}
