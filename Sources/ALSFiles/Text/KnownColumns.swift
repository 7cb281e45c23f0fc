/// What a column holds.
enum ColumnRole: Int, CaseIterable, Sendable {
  case user, item, value, time
  /// Never guessed.
  case weight, event

  var name: String { "\(self)" }
}

/// The names that columns have in well-known data sets and exports.
enum KnownColumns {
  /// The role of the column called `name`, if it is a well-known one.
  static func role(of name: String) -> ColumnRole? { roles[normalized(name)] }

  /// Whether `name` is a well-known name of something that is no number, and so is not taken for a value by position.
  static func isDescriptive(_ name: String) -> Bool { descriptive.contains(normalized(name)) }

  /// Whether `name` may head the identifiers of a table of titles.
  static func isIdentifier(_ name: String) -> Bool {
    let name = normalized(name)
    return name == "id" || roles[name] == .item || roles[name] == .user
  }

  /// Whether `name` may head the titles of a table of titles.
  static func isTitle(_ name: String) -> Bool { titles.contains(normalized(name)) }

  /// The part before the colon of a typed header such as `user_id:token`, or all of it.
  static func untyped(_ name: String) -> String {
    name.firstIndex(of: ":").map { String(name[..<$0]) } ?? name
  }

  /// Lower case, without the punctuation that tells `userId` from `user_id` and `User ID`.
  private static func normalized(_ name: String) -> String {
    untyped(name).lowercased().filter { $0 != "_" && $0 != "-" && $0 != " " && $0 != "." }
  }

  private static let roles: [String: ColumnRole] = {
    let names: [ColumnRole: String] = [
      .user: """
      user userid uid username customer customerid customerno customernumber reader readerid reviewer reviewerid \
      visitor visitorid client clientid member memberid account accountid person personid listener listenerid \
      player playerid buyer buyerid profileid
      """,
      .item: """
      item itemid iid movie movieid film filmid product productid productcode book bookid isbn track trackid \
      artist artistid artistname song songid asin parentasin sku stockcode article articleid business businessid \
      anime animeid game gameid joke jokeid recipe recipeid show showid venue venueid content contentid poi poiid
      """,
      .value: """
      rating ratings value count counts quantity qty score plays playcount playcounts listens weight stars star \
      overall bookrating strength frequency preference
      """,
      .time: """
      timestamp time date datetime unixtime unixreviewtime reviewtime reviewdate createdat updatedat eventtime \
      invoicedate orderdate purchasedate ts
      """,
    ]
    var roles: [String: ColumnRole] = [:]
    for (role, list) in names {
      for name in list.split(separator: " ") { roles[String(name)] = role }
    }
    return roles
  }()

  private static let titles: Set<String> = [
    "title", "name", "itemname", "movietitle", "booktitle", "productname", "producttitle", "description",
    "originaltitle", "titlename", "label",
  ]

  private static let descriptive: Set<String> = titles.union([
    "genre", "genres", "category", "categories", "tag", "tags", "comment", "review", "reviewtext", "summary", "text",
    "session", "sessionid", "event", "eventtype", "country", "city", "language", "author", "url", "id", "type",
  ])
}
