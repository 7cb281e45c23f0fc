import ALSPlatform
public import ALSSparse

extension Features {
  /// The features of a file, or of standard input when `path` is `-`: text, also compressed with gzip, in one of the forms of
  /// ``FeatureFormat``.
  ///
  ///     let products = try Features(contentsOf: "products.csv")
  ///     let new = try Features(contentsOf: "new.csv", in: model.itemFeatures?.space)
  ///
  /// Quotes, delimiters and headers are as in files of interactions. A field that is empty, or nan, says nothing.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - space: The features of a model, to read those of others as it has read its own; made from the file when `nil`.
  ///   - format: How the file is laid out, as far as it is not to be guessed.
  /// - Throws: `ALSError` that names the file, the line and the remedy.
  /// - Complexity: O(bytes).
  public init(contentsOf path: String, in space: FeatureSpace? = nil, format: FeatureFormat = FeatureFormat()) throws {
    let head = try InputHead(path: path, delimiter: format.delimiter, blockSize: 1 << 18)
    guard !head.fields.isEmpty else {
      throw ALSError(.data, "is empty. Give an entity and a feature of it per line.", at: head.file.path)
    }
    let hasHeader = format.hasHeader ?? head.namesColumns(form: format.form)
    let isLong =
      format.form.map { $0 == .long }
      ?? (!hasHeader || head.fields.count <= 3 && head.fields.dropFirst().first.map(FeatureFormat.isAttribute) == true)
    if !isLong && !hasHeader {
      throw ALSError(
        .data, "has no header, but one column per feature needs names. Put them into the first line.",
        at: head.file.path)
    }
    var text = AttributeText(space: space, categories: format.categories, isLong: isLong)
    if isLong {
      try head.readLong(into: &text, skippingFirstRow: hasHeader)
    } else {
      try head.readWide(into: &text)
    }
    self = text.table().features(in: space)
  }
}

extension InputHead {
  /// Whether the first row looks like names of columns.
  fileprivate func namesColumns(form: FeatureFormat.Form?) -> Bool {
    form == .wide || fields.first.map(KnownColumns.isIdentifier) == true
      || fields.dropFirst().first.map(FeatureFormat.isAttribute) == true
  }

  /// Rows of an entity, an attribute and perhaps its value.
  fileprivate func readLong(into text: inout AttributeText, skippingFirstRow: Bool) throws {
    try forEachRecord(skippingFirstRow: skippingFirstRow) { fields, line in
      guard (2...3).contains(fields.count) else {
        throw failure(
          "\(fields.count) field\(fields.count == 1 ? "" : "s"), but an entity, an attribute and perhaps a value are needed ("
            + "\(DelimitedFormat.separation(by: grammar.delimiter))). Correct the line, or name the form: wide for one "
            + "column per feature.", line)
      }
      let entity = try entity(fields[0], line, &text)
      if fields.count == 3 {
        text.add(fields[1], fields[2], to: entity)
      } else {
        text.add(tag: fields[1], to: entity)
      }
    }
  }

  /// Rows of an entity and a value of each attribute that the first row names.
  fileprivate func readWide(into text: inout AttributeText) throws {
    let names = fields.map { KnownColumns.untyped($0) }
    try forEachWideRecord { fields, line in
      let entity = try entity(fields[0], line, &text)
      for (name, value) in zip(names, fields).dropFirst() { text.add(name, value, to: entity) }
    }
  }

  private func entity(_ name: String, _ line: Int, _ text: inout AttributeText) throws -> Int {
    if name.isEmpty {
      throw failure("the first field, the user or the item, is empty. Correct it, or remove the line.", line)
    }
    return text.add(Identifier(name))
  }
}
