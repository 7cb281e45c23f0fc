/// The JSON header of a safetensors file: tensors by name, and strings under `__metadata__`.
struct SafetensorsHeader {
  struct Tensor: Codable, Equatable {
    var dtype: String
    var shape: [Int]
    var dataOffsets: [Int]

    enum CodingKeys: String, CodingKey {
      case dtype, shape
      case dataOffsets = "data_offsets"
    }
  }

  static let metadataKey = "__metadata__"

  var tensors: [String: Tensor] = [:]
  var metadata: [String: String] = [:]
}

extension SafetensorsHeader: Codable {
  private struct Name: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Name.self)
    for name in container.allKeys {
      if name.stringValue == Self.metadataKey {
        metadata = try container.decode([String: String].self, forKey: name)
      } else {
        tensors[name.stringValue] = try container.decode(Tensor.self, forKey: name)
      }
    }
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Name.self)
    try container.encode(metadata, forKey: Name(stringValue: Self.metadataKey))
    for (name, tensor) in tensors { try container.encode(tensor, forKey: Name(stringValue: name)) }
  }
}
