import ALSDense
import ALSPlatform
import ALSSparse

/// Of a side with features, a file has their weights W as `user_feature_weights` [features, width], their names as those of
/// users are kept, after `user_feature`, what is taken off values and what the rest is multiplied by, as `user_feature_shifts`
/// and `user_feature_scales`; those that have features, after `user_feature_owner`; and their features, row after row, as
/// `user_feature_columns` with `user_feature_offsets` and, where they are not all 1, `user_feature_values`. `user_absent` has
/// the positions of users without interactions. The same for items.
extension SideFeatures {
  func add(to writer: inout SafetensorsWriter) throws {
    for side in Side.allCases {
      guard let learned = sides[side] else { continue }
      let (name, space, matrix) = ("\(side.noun)_feature", learned.space, learned.features.matrix)
      writer.add(
        Self.weightsName(side), learned.weights.buffer, shape: [learned.weights.rowCount, learned.weights.columnCount])
      writer.add("\(name)_shifts", space.shifts, shape: [space.count])
      writer.add("\(name)_scales", space.scales, shape: [space.count])
      writer.add("\(name)_offsets", matrix.rowStarts, shape: [matrix.rowStarts.count])
      writer.add("\(name)_columns", matrix.columns, shape: [matrix.columns.count])
      if let values = matrix.values { writer.add("\(name)_values", values, shape: [values.count]) }
      FactorModel.add(space.names, named: name, to: &writer)
      FactorModel.add(learned.features.entities, named: "\(name)_owner", to: &writer)
    }
  }

  /// What the tensor of W is called.
  static func weightsName(_ side: Side) -> String { "\(side.noun)_feature_weights" }

  /// Those of a file; `nil` where it has none.
  convenience init?(in file: SafetensorsFile, factors width: Int) throws {
    let sides = try Sides { try Self.learned($0, in: file, width: width) }
    if sides.users == nil && sides.items == nil { return nil }
    self.init(sides)
  }

  private static func learned(_ side: Side, in file: SafetensorsFile, width: Int) throws -> LearnedFeatures? {
    guard file.has(weightsName(side)) else { return nil }
    let name = "\(side.noun)_feature"
    func numbers<Number: SafetensorsElement>(_ part: String, _ type: Number.Type) throws -> Buffer<Number> {
      try file.tensor("\(name)_\(part)", Number.self, dimensions: 1).buffer
    }
    let names = try FactorModel.identifiers(named: name, in: file)
    let owners = try FactorModel.identifiers(named: "\(name)_owner", in: file)
    let (shape, buffer) = try file.tensor(weightsName(side), Double.self, dimensions: 2)
    let (shifts, scales) = (try numbers("shifts", Double.self), try numbers("scales", Double.self))
    let starts = try numbers("offsets", Int64.self)
    let columns = try numbers("columns", Int32.self)
    let values = file.has("\(name)_values") ? try numbers("values", Float.self) : nil
    guard shape == [names.count, width], shifts.count == names.count, scales.count == names.count,
      starts.count == owners.count + 1, values.map({ $0.count == columns.count }) ?? true,
      [shifts, scales].allSatisfy({ $0.elements.allSatisfy(\.isFinite) }),
      values?.elements.allSatisfy(\.isFinite) ?? true
    else {
      throw SafetensorsFile.damaged(
        file.path, "the parts of its \(side.noun) features do not fit \(names.count) names and \(owners.count) owners")
    }
    let weights = Matrix(rowCount: names.count, columnCount: width, buffer: buffer)
    try weights.requireUsable(weightsName(side), of: file.path)
    let matrix = CSRMatrix(
      rowCount: owners.count, columnCount: names.count, rowStarts: starts, columns: columns, values: values)
    if let problem = matrix.brokenInvariant() {
      throw SafetensorsFile.damaged(file.path, "in its \(side.noun) features, \(problem)")
    }
    let space = FeatureSpace(names: names, shifts: shifts, scales: scales)
    return LearnedFeatures(Features(entities: owners, space: space, matrix: matrix), weights: weights)
  }

  /// Which rows of a side had no interactions; `nil` where the file names none.
  static func absent(_ side: Side, in file: SafetensorsFile, rows: Int) throws -> Buffer<Bool>? {
    guard file.has(absentName(side)) else { return nil }
    let absent = Buffer<Bool>(repeating: false, count: rows)
    for position in try file.tensor(absentName(side), Int32.self, dimensions: 1).buffer.elements {
      guard (0..<rows).contains(Int(position)) else {
        throw SafetensorsFile.damaged(file.path, "\(side.noun) \(position) without interactions is none of \(rows)")
      }
      absent.pointer[Int(position)] = true
    }
    return absent
  }

  fileprivate static func absentName(_ side: Side) -> String { "\(side.noun)_absent" }
}

extension FactorModel {
  /// Which rows of a side had no interactions; `nil` when none.
  func absent(_ side: Side) -> Buffer<Bool>? { tables.open({ $0[side].rows.absent }, { $0[side].rows.absent }) }

  /// What the model knows of the features of users; `nil` where it was trained without.
  public var userFeatures: LearnedFeatures? { features?.sides.users }

  /// What the model knows of the features of items; `nil` where it was trained without.
  public var itemFeatures: LearnedFeatures? { features?.sides.items }
}

extension SafetensorsWriter {
  mutating func add(_ absent: Buffer<Bool>, of side: Side) {
    let positions = absent.elements.indices.filter { absent.pointer[$0] }.map { Int32($0) }
    add(SideFeatures.absentName(side), Buffer(positions), shape: [positions.count])
  }
}
