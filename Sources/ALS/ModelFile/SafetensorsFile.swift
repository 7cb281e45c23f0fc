import ALSPlatform

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A safetensors file in memory, whose structure and checksum have been verified.
struct SafetensorsFile {
  let path: String
  let metadata: [String: String]
  private let tensors: [String: SafetensorsHeader.Tensor]
  private let file: MappedFile
  private let dataStart: Int

  /// Opens and verifies a file, mapped or read.
  ///
  /// - Complexity: O(size of the file), for the checksum.
  init(path: String, mapped: Bool = true) throws {
    self.path = path
    file = try MappedFile(path: path, mapped: mapped)
    let bytes = file.bytes
    guard bytes.count >= 8 else { throw Self.damaged(path, "it has only \(bytes.count) bytes") }
    let length = UInt64(littleEndian: bytes.loadUnaligned(as: UInt64.self))
    guard bytes.count >= 10, bytes[8] == UInt8(ascii: "{") else {
      throw ALSError(.data, "is not a model file (safetensors). Name a file that `als train` wrote.", at: path)
    }
    guard length <= UInt64(bytes.count - 8) else {
      throw Self.damaged(path, "its header should have \(length) bytes, but the file has \(bytes.count) in all")
    }
    dataStart = 8 + Int(length)
    let header: SafetensorsHeader
    do {
      header = try JSONDecoder().decode(SafetensorsHeader.self, from: Data(bytes[8..<dataStart]))
    } catch {
      throw Self.damaged(path, "its header is not readable")
    }
    metadata = header.metadata
    tensors = header.tensors
    let end = tensors.values.reduce(0) { max($0, $1.dataOffsets.last ?? 0) }
    guard bytes.count - dataStart == end else {
      throw Self.damaged(path, "\(end) bytes of data were written, but \(bytes.count - dataStart) are there")
    }
    try verifyChecksum()
  }

  static func damaged(_ path: String, _ reason: String) -> ALSError {
    ALSError(.data, "the file is damaged or cut short: \(reason). Copy it again, or train again.", at: path)
  }

  /// The tensor `name`, without copying; throws when it is not there or has another type or number of dimensions.
  func tensor<Element: SafetensorsElement>(
    _ name: String, _ type: Element.Type, dimensions: Int
  ) throws -> (shape: [Int], buffer: Buffer<Element>) {
    guard let tensor = tensors[name] else { throw Self.damaged(path, "tensor \(name) is missing") }
    let width = MemoryLayout<Element>.stride
    guard tensor.dtype == Element.dtype, tensor.shape.count == dimensions, tensor.dataOffsets.count == 2,
      tensor.shape.allSatisfy({ $0 >= 0 })
    else { throw Self.damaged(path, "tensor \(name) is \(tensor.dtype) of shape \(tensor.shape)") }
    var (expected, overflow) = (width, false)
    for extent in tensor.shape where !overflow {
      (expected, overflow) = expected.multipliedReportingOverflow(by: extent)
    }
    let (start, end) = (tensor.dataOffsets[0], tensor.dataOffsets[1])
    guard !overflow, start >= 0, end >= start, end - start == expected, end <= file.bytes.count - dataStart,
      (dataStart + start) % width == 0
    else { throw Self.damaged(path, "tensor \(name) lies at \(tensor.dataOffsets)") }
    let region = UnsafeRawBufferPointer(rebasing: file.bytes[dataStart + start..<dataStart + end])
    return (tensor.shape, Buffer(borrowing: region.bindMemory(to: Element.self), owner: file))
  }

  /// The extents of a tensor, or `nil` when there is no such tensor.
  func shape(of name: String) -> [Int]? { tensors[name]?.shape }

  func has(_ name: String) -> Bool { tensors[name] != nil }

  /// The element type of a tensor, or `nil` when there is no such tensor.
  func dtype(of name: String) -> String? { tensors[name]?.dtype }

  private func verifyChecksum() throws {
    var prefix = Array(file.bytes[..<dataStart])
    guard let written = metadata[SafetensorsWriter.checksumKey],
      let digits = SafetensorsWriter.checksumDigits(in: prefix)
    else {
      throw ALSError(
        .data, "is a safetensors file, but has no checksum of ours. Name a file that `als train` wrote.", at: path)
    }
    prefix.replaceSubrange(digits, with: SafetensorsWriter.noChecksum.utf8)
    var checksum = Checksum()
    prefix.withUnsafeBytes { checksum.update($0) }
    checksum.update(UnsafeRawBufferPointer(rebasing: file.bytes[dataStart...]))
    guard checksum.hexadecimal == written else {
      throw Self.damaged(path, "its checksum is \(checksum.hexadecimal), but \(written) was written")
    }
  }
}
