import ALSDense
import ALSPlatform
import ALSSparse

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

extension FactorModel {
  /// What `format` says in the metadata of every model file.
  private static let format = "swift-als-model"

  /// Writes the model as one `.safetensors` file, beside `path` first and then renamed onto it.
  ///
  /// Tensors: `user_factors` [users, k], `item_factors` [items, k]; identifiers as `user_ids` and `item_ids` when they
  /// are integers, otherwise as `user_id_bytes` with `user_id_offsets` and the same for items; `user_bias`,
  /// `item_bias` and `global_mean` in explicit models; `user_density` and `item_density` where cells are weighted;
  /// those of ``SideFeatures/add(to:)`` where there are features; `user_totals` where a confidence reads the sums of users' values; `item_counts`, the interactions of each item; in models that
  /// remember what users have, `seen_items`, the positions of the items of the first user, of the second, and so on,
  /// with `seen_offsets` [users + 1]. Configuration, history, what early stopping found and versions are strings in the
  /// metadata.
  ///
  /// - Throws: `ALSError` when the file cannot be written, or a factor is not finite or too large for scores; an older file
  ///   of that name is then untouched.
  /// - Complexity: O(size of the model).
  public func write(to path: String) throws {
    try Self.requireNothing(against: path, unusable())
    var writer = SafetensorsWriter(
      metadata: try Self.metadata(
        configuration: configuration, history: history, dataFingerprint: dataFingerprint, validation: validation,
        choice: choice, hasFeatures: features != nil))
    tables.open({ Self.add($0, to: &writer) }, { Self.add($0, to: &writer) })
    if configuration.predictsRatings { writer.add("global_mean", Buffer([globalMean]), shape: [1]) }
    try features?.add(to: &writer)
    for side in Side.allCases { if let absent = absent(side) { writer.add(absent, of: side) } }
    if let userTotals { writer.add("user_totals", userTotals, shape: [userTotals.count]) }
    if let itemCounts { writer.add("item_counts", itemCounts, shape: [itemCounts.count]) }
    if let seen = seen?.matrix(users: users.count, items: items.count) {
      writer.add("seen_offsets", seen.rowStarts, shape: [seen.rowStarts.count])
      writer.add("seen_items", seen.columns, shape: [seen.columns.count])
    }
    Self.add(users, named: "user", to: &writer)
    Self.add(items, named: "item", to: &writer)
    try writer.write(to: path)
  }

  /// What a model file says of itself.
  static func metadata(
    configuration: ModelConfiguration, history: [IterationRecord], dataFingerprint: String,
    validation: ValidationRecord? = nil, choice: Choice? = nil, hasFeatures: Bool = false
  ) throws -> [String: String] {
    let blas = BLASBuild.current
    var metadata = [
      "format": Self.format,
      FormatVersion.key: FormatVersion.text(hasFeatures: hasFeatures),
      "configuration": try metadataText(configuration),
      "history": try metadataText(history),
      "data_fingerprint": dataFingerprint,
      "swift_als_version": ALSVersion.current,
      "blas": "\(blas.configuration), core \(blas.core)",
    ]
    if let validation { metadata["validation"] = try metadataText(validation) }
    if let choice { metadata["choice"] = try metadataText(choice) }
    return metadata
  }

  /// Opens a model that ``write(to:)`` wrote.
  ///
  /// A mapped file must stay as it is while the model is used: whoever writes over it, rather than renaming another onto
  /// it, changes scores under way, and ends the process when it gets shorter. Where that cannot be promised, read it.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - mapped: Whether factors and identifiers stay in the file, whose pages processes share and the system reads when
  ///     they are needed; otherwise they are read into memory, and nothing that happens to the file matters.
  /// - Throws: `ALSError` when the file is missing, is not a model, or is damaged: every byte is covered by a checksum, and
  ///   what the bytes say must be a model with finite factors.
  /// - Complexity: O(size of the file), at memory speed.
  public init(contentsOf path: String, mapped: Bool = true) throws {
    let file = try SafetensorsFile(path: path, mapped: mapped)
    if file.metadata["format"] == Checkpoint.format {
      throw ALSError(
        .data,
        "is the checkpoint of a training that has not ended, and not a model. Let it end, with `als train` and "
          + "--resume, and name the model.", at: path)
    }
    guard file.metadata["format"] == Self.format else {
      throw ALSError(.data, "is a safetensors file, but not a model. Name a file that `als train` wrote.", at: path)
    }
    try FormatVersion.requireKnown(file.metadata, of: path)
    func decoded<Value: Decodable>(_ key: String) throws -> Value {
      guard let value = try? JSONDecoder().decode(Value.self, from: Data((file.metadata[key] ?? "").utf8)) else {
        throw SafetensorsFile.damaged(path, "its \(key) is not readable")
      }
      return value
    }
    configuration = try decoded("configuration")
    do {
      try configuration.validate()
    } catch let error as ALSError {
      throw SafetensorsFile.damaged(path, "its \(error.message)")
    }
    if !configuration.isResolved {
      throw SafetensorsFile.damaged(path, "its configuration has no unobserved weight or no regularization")
    }
    history = try decoded("history")
    try history.requirePlausible(at: path)
    validation = file.metadata["validation"] == nil ? nil : try decoded("validation")
    choice = file.metadata["choice"] == nil ? nil : try decoded("choice")
    dataFingerprint = file.metadata["data_fingerprint"] ?? ""
    users = try Self.identifiers(named: "user", in: file)
    items = try Self.identifiers(named: "item", in: file)
    itemCounts =
      file.has("item_counts") ? try file.tensor("item_counts", Int64.self, dimensions: 1).buffer : nil
    if let itemCounts,
      itemCounts.count != items.count || !itemCounts.elements.allSatisfy({ (0...Int64(Int32.max)).contains($0) })
    {
      throw SafetensorsFile.damaged(path, "its counts of interactions do not fit its \(items.count) items")
    }
    userTotals =
      file.has("user_totals") ? try file.tensor("user_totals", Float.self, dimensions: 1).buffer : nil
    let (totals, needsTotals, userCount) = (userTotals, configuration.definition.readsContexts, users.count)
    guard totals.map({ $0.count == userCount && $0.elements.allSatisfy(\.isFinite) }) ?? !needsTotals,
      itemCounts != nil || !needsTotals
    else {
      throw SafetensorsFile.damaged(
        path, "it has not the totals of its \(users.count) users, or no counts of its items")
    }
    seen = try Self.seen(in: file, users: users.count, items: items.count)
    globalMean =
      configuration.predictsRatings
      ? try file.tensor("global_mean", Double.self, dimensions: 1).buffer.elements.first ?? 0 : 0
    let objective = configuration.objective(globalMean: globalMean)
    let shape = TableShape(
      users: users.count, items: items.count, factors: configuration.factorCount,
      hasBiases: objective.hasBiases, hasDensities: objective.densityScope != nil)
    tables = try configuration.precision.open(
      .float(Self.tables(in: file, shape)), .double(Self.tables(in: file, shape)))
    features = try SideFeatures(in: file, factors: shape.factors + (shape.hasBiases ? 1 : 0))
    if let reason = unusable() { throw SafetensorsFile.damaged(path, reason) }
  }

  /// Whether a file begins like a safetensors file, and so is a model rather than text.
  ///
  /// - Throws: `ALSError` when the file cannot be read.
  public static func isModelFile(_ path: String) throws -> Bool {
    let file = try ReadableFile(path: path)
    // What is read from a pipe is gone for the next reader, and a model cannot be mapped from one.
    guard file.size != nil else { return false }
    var start = [UInt8](repeating: 0, count: 9)
    let count = try start.withUnsafeMutableBytes { try file.fill($0) }
    // The length of a header is far below 2⁴⁰, and no text has NUL bytes.
    return count == 9 && start[5..<8].allSatisfy { $0 == 0 } && start[8] == UInt8(ascii: "{")
  }

  private static func add<Element: Scalar & SafetensorsElement>(
    _ tables: FactorTables<Element>, to writer: inout SafetensorsWriter
  ) {
    for side in Side.allCases {
      let (name, table, biases) = (side.noun, tables[side].rows.matrix, tables[side].rows.biases)
      writer.add("\(name)_factors", table.buffer, shape: [table.rowCount, table.columnCount])
      if let biases { writer.add("\(name)_bias", biases, shape: [biases.count]) }
      if let roots = tables[side].rows.roots { add(roots, of: side, to: &writer) }
    }
  }

  private static func add(_ roots: Buffer<Double>, of side: Side, to writer: inout SafetensorsWriter) {
    writer.add(densityName(side), densities(roots.elements), shape: [roots.count])
  }

  /// The tensor of what cells weigh, and its numbers, given their roots.
  static func densityName(_ side: Side) -> String { "\(side.noun)_density" }
  static func densities(_ roots: some Sequence<Double>) -> Buffer<Double> { Buffer(roots.map { $0 * $0 }) }

  static func add(_ identifiers: Identifiers, named name: String, to writer: inout SafetensorsWriter) {
    identifiers.writeArrays(
      named: name, integers: { writer.add($0, $1, shape: [$1.count]) }, bytes: { writer.add($0, $1, shape: [$1.count]) }
    )
  }

  /// What the tables of a model must be like.
  private struct TableShape {
    let users, items, factors: Int
    let hasBiases, hasDensities: Bool
  }

  private static func tables<Element: Scalar & SafetensorsElement>(
    in file: SafetensorsFile, _ wanted: TableShape
  ) throws -> FactorTables<Element> {
    func table(_ name: String, rows: Int) throws -> Matrix<Element> {
      let (shape, buffer) = try file.tensor("\(name)_factors", Element.self, dimensions: 2)
      guard shape == [rows, wanted.factors] else {
        throw SafetensorsFile.damaged(
          file.path,
          "\(name) factors have shape \(shape), but there are \(rows) identifiers and \(wanted.factors) factors")
      }
      return Matrix(rowCount: rows, columnCount: wanted.factors, buffer: buffer)
    }
    func biases(_ name: String, rows: Int) throws -> Buffer<Element>? {
      guard wanted.hasBiases else { return nil }
      let (shape, buffer) = try file.tensor("\(name)_bias", Element.self, dimensions: 1)
      guard shape == [rows] else {
        throw SafetensorsFile.damaged(file.path, "\(shape[0]) biases of \(name)s for \(rows) identifiers")
      }
      return buffer
    }
    func roots(_ side: Side, rows: Int) throws -> Buffer<Double>? {
      guard wanted.hasDensities else { return nil }
      let densities = try file.tensor(densityName(side), Double.self, dimensions: 1).buffer
      guard densities.count == rows, densities.elements.allSatisfy({ $0 > 0 && $0.isFinite }) else {
        throw SafetensorsFile.damaged(file.path, "what the cells of its \(side) weigh are not \(rows) positive numbers")
      }
      return Buffer(densities.elements.map { $0.squareRoot() })
    }
    func rows(_ side: Side, _ count: Int) throws -> FactorRows<Element> {
      FactorRows(
        try table(side.noun, rows: count), biases: try biases(side.noun, rows: count),
        roots: try roots(side, rows: count), absent: try SideFeatures.absent(side, in: file, rows: count))
    }
    return FactorTables(users: try rows(.users, wanted.users), items: try rows(.items, wanted.items))
  }

  private static func seen(in file: SafetensorsFile, users: Int, items: Int) throws -> SeenItems? {
    guard file.has("seen_offsets") else { return nil }
    let starts = try file.tensor("seen_offsets", Int64.self, dimensions: 1).buffer
    let columns = try file.tensor("seen_items", Int32.self, dimensions: 1).buffer
    guard starts.count == users + 1 else {
      throw SafetensorsFile.damaged(file.path, "it has the items of \(starts.count - 1) users, but \(users) users")
    }
    let matrix = CSRMatrix<Float>(
      rowCount: users, columnCount: items, rowStarts: starts, columns: columns, values: nil)
    if let problem = matrix.brokenInvariant() {
      throw SafetensorsFile.damaged(file.path, "in the items that users have, \(problem)")
    }
    return SeenItems(matrix)
  }

  static func identifiers(named name: String, in file: SafetensorsFile) throws -> Identifiers {
    func array<Element: SafetensorsElement>(_ name: String) throws -> Buffer<Element>? {
      file.has(name) ? try file.tensor(name, Element.self, dimensions: 1).buffer : nil
    }
    func damaged(_ reason: String) -> ALSError { SafetensorsFile.damaged(file.path, reason) }
    guard let table = try Identifiers(arraysNamed: name, integers: array, bytes: array, damaged: damaged) else {
      throw damaged("it has no \(name)_ids")
    }
    return table
  }
}
