import ALSEvaluation
import ALSPlatform
import Foundation
import Testing

@Suite struct RankingMetricTests {
  /// rel = 1, 0, 1, 0, 0 and one relevant item is not in the list.
  static let list = [7, 2, 9, 4, 5]
  static let relevant: Set = [7, 9, 30]

  static let goldenValues: [(name: String, value: Double)] = [
    // Gains 1 / log₂ 2 = 1 and 1 / log₂ 4 = 0.5; the ideal at 5 has three: 1 + 1 / log₂ 3 + 0.5.
    ("ndcg@5", 1.5 / (1 + 0.630_929_753_571_457_4 + 0.5)),
    // The hit in position 3 is past the cutoff; the ideal at 2 has two gains.
    ("ndcg@2", 1 / (1 + 0.630_929_753_571_457_4)),
    ("ndcg@1", 1),
    ("recall@5", 2.0 / 3), ("recall@2", 1.0 / 3), ("recall@1", 1.0 / 3),
    // min(5, 3) = 3, min(2, 3) = 2, min(1, 3) = 1.
    ("recall-capped@5", 2.0 / 3), ("recall-capped@2", 1.0 / 2), ("recall-capped@1", 1),
    ("precision@5", 2.0 / 5), ("precision@2", 1.0 / 2), ("precision@3", 2.0 / 3),
    // Precision 1/1 at the first hit and 2/3 at the second, divided by min(5, 3).
    ("map@5", (1 + 2.0 / 3) / 3),
    // Only the first hit, divided by min(2, 3).
    ("map@2", 1.0 / 2),
    ("mrr@5", 1), ("hit-rate@5", 1),
    // Others are 2, 4 and 5. Item 7 is before all three, 9 before two, and 30, which is not in the list, before none.
    ("auc", (3.0 + 2 + 0) / (3 * 3)),
  ]

  @Test(arguments: goldenValues)
  func workedByHand(_ name: String, _ expected: Double) throws {
    let value = try #require(try RankingMetric(parsing: name).value(of: Self.list, relevant: Self.relevant))
    #expect(abs(value - expected) < 1e-15)
  }

  static let oneItemValues: [(name: String, value: Double)] = [
    // One relevant item, in position 3: 1 / log₂ 4, 1 / 1, 1 / 3 and (1 / 3) / min(k, 1).
    ("ndcg@10", 0.5), ("recall@10", 1.0), ("mrr@10", 1.0 / 3), ("map@10", 1.0 / 3), ("precision@10", 0.1),
    ("hit-rate@10", 1), ("recall-capped@10", 1),
    ("ndcg@2", 0), ("recall@2", 0), ("mrr@2", 0), ("map@2", 0), ("precision@2", 0), ("hit-rate@2", 0),
    ("recall-capped@2", 0),
  ]

  @Test(arguments: oneItemValues)
  func oneRelevantItem(_ name: String, _ expected: Double) throws {
    let value = try #require(try RankingMetric(parsing: name).value(of: ["x", "y", "z"], relevant: ["z"]))
    #expect(abs(value - expected) < 1e-15)
  }

  @Test func perfectListsReachOne() throws {
    for kind in RankingMetric.Kind.allCases where kind.isAccuracy {
      // Of the candidates 5 and 6 are not relevant, without which there is no area under the curve.
      #expect(RankingMetric(kind, at: 4).value(of: [1, 2, 3, 4, 5, 6], relevant: [1, 2, 3, 4]) == 1, "\(kind)")
    }
    // More relevant items than the cutoff: recall alone cannot reach 1.
    let many = Set(1...8)
    #expect(RankingMetric(.recall, at: 4).value(of: 1...4, relevant: many) == 0.5)
    for kind in [RankingMetric.Kind.ndcg, .cappedRecall, .precision, .meanAveragePrecision] {
      #expect(RankingMetric(kind, at: 4).value(of: 1...4, relevant: many) == 1, "\(kind)")
    }
  }

  @Test func edges() {
    for kind in RankingMetric.Kind.allCases where kind.isAccuracy {
      let metric = RankingMetric(kind, at: 10)
      #expect(metric.value(of: [1, 2], relevant: []) == nil)
      #expect(metric.value(of: [Int](), relevant: [1]) == (kind == .auc ? nil : 0))
      // A repeated recommendation is one hit.
      #expect(metric.value(of: [1, 1, 1], relevant: [1, 2]) == metric.value(of: [1, 8, 9], relevant: [1, 2]))
      #expect(RankingMetric(kind, at: .max).value(of: [1, 2], relevant: [1]) != nil)
    }
    for kind in RankingMetric.Kind.allCases where !kind.isAccuracy {
      #expect(RankingMetric(kind, at: 10).value(of: [1], relevant: [1]) == nil)
    }
    #expect(RankingMetric.auc.value(of: [1, 2], relevant: [1, 2]) == nil)
  }

  @Test func textGoesBothWays() throws {
    for kind in RankingMetric.Kind.allCases {
      let metric = RankingMetric(kind, at: 25)
      #expect(RankingMetric(metric.description) == metric)
    }
    #expect(RankingMetric(.auc, at: 10) == .auc && RankingMetric.auc.description == "auc")
    #expect(RankingMetric(.ndcg, at: 10).description == "ndcg@10")
    #expect(RankingMetric("recall-capped@50") == RankingMetric(.cappedRecall, at: 50))
    #expect(RankingMetric("NDCG@7") == RankingMetric(.ndcg, at: 7))
    for text in [
      "", "@", "ndcg", "ndcg@", "ndcg@0", "ndcg@-1", "ndcg@1.5", "ndcg@10@", "ndgc@10", " ndcg@10", "auc@10", "auc@",
    ] {
      #expect(RankingMetric(text) == nil, "\(text)")
    }
  }

  @Test func errorsSayWhatIsKnown() throws {
    let unknown = try #require(throws: ALSError.self) { try RankingMetric(parsing: "ndgc@10") }
    #expect(unknown.kind == .configuration)
    for kind in RankingMetric.Kind.allCases { #expect(unknown.message.contains(kind.rawValue)) }
    let bare = try #require(throws: ALSError.self) { try RankingMetric(parsing: "map") }
    #expect(bare.message.contains("map@10"))
  }

  @Test func codedAsText() throws {
    let metrics = [RankingMetric(.ndcg, at: 10), RankingMetric(.cappedRecall, at: 20)]
    let data = try JSONEncoder().encode(metrics)
    #expect(String(decoding: data, as: UTF8.self) == #"["ndcg@10","recall-capped@20"]"#)
    #expect(try JSONDecoder().decode([RankingMetric].self, from: data) == metrics)
    #expect(throws: DecodingError.self) { try JSONDecoder().decode([RankingMetric].self, from: Data(#"["x@1"]"#.utf8)) }
  }
}
