package import ALSPlatform

/// An array as NumPy stores it: a shape, an element type, and bytes in a mapped or decompressed file.
///
/// Accessors convert, and copy: arrays in an archive are not aligned.
package struct NumPyArray: @unchecked Sendable {
  /// What messages call it: the file, and the name in the archive if there is one.
  package let place: String
  package let shape: [Int]
  let type: NumPyType
  private let isColumnMajor: Bool
  /// Valid as long as `owner` lives.
  private let bytes: UnsafeRawBufferPointer
  private let owner: any AnyObject & Sendable

  /// Opens an `.npy` file.
  package init(contentsOf path: String) throws {
    let file = try MappedFile(path: path)
    try self.init(bytes: file.bytes, owner: file, place: path)
  }

  init(bytes: UnsafeRawBufferPointer, owner: any AnyObject & Sendable, place: String) throws {
    guard let (header, dataStart) = NumPyHeader.parse(bytes) else {
      throw ALSError(.data, "is not an array that NumPy wrote (.npy). Write it with numpy.save.", at: place)
    }
    guard let type = NumPyType(header.descriptor) else {
      throw ALSError(
        .data,
        "holds elements of type \(header.descriptor), but only numbers and text can be read. Convert it.", at: place)
    }
    var (size, overflow) = (type.size, false)
    for extent in header.shape where !overflow { (size, overflow) = size.multipliedReportingOverflow(by: extent) }
    guard !overflow, size == bytes.count - dataStart else {
      throw ALSError(
        .data,
        "the array is damaged or cut short: shape \(header.shape) of \(header.descriptor) does not fit "
          + "\(bytes.count - dataStart) bytes. Copy it again.", at: place)
    }
    self.place = place
    self.type = type
    shape = header.shape
    isColumnMajor = header.isColumnMajor
    self.bytes = UnsafeRawBufferPointer(rebasing: bytes[dataStart...])
    self.owner = owner
  }

  /// The number of elements.
  package var count: Int { type.size == 0 ? 0 : bytes.count / type.size }

  /// All elements, row by row, as integers; throws when they are not integers, or do not fit.
  package func integers<Element: FixedWidthInteger & BitwiseCopyable>(
    as element: Element.Type = Element.self
  ) throws -> Buffer<Element> {
    guard type.kind == .signed || type.kind == .unsigned || type.kind == .boolean else { throw wrongType("integers") }
    let result = Buffer<Element>(uninitialized: count)
    var misfit: Int?
    func fill<Raw: FixedWidthInteger>(_ raw: Raw.Type) {
      for index in 0..<count {
        let value = bytes.loadUnaligned(fromByteOffset: index * MemoryLayout<Raw>.size, as: Raw.self)
        let number = Element(exactly: type.isSwapped ? value.byteSwapped : value)
        if number == nil, misfit == nil { misfit = index }
        (result.pointer + index).initialize(to: number ?? 0)
      }
    }
    defer { withExtendedLifetime(owner) {} }
    switch (type.kind == .signed, type.size) {
    case (true, 1): fill(Int8.self)
    case (true, 2): fill(Int16.self)
    case (true, 4): fill(Int32.self)
    case (true, _): fill(Int64.self)
    case (false, 1): fill(UInt8.self)
    case (false, 2): fill(UInt16.self)
    case (false, 4): fill(UInt32.self)
    case (false, _): fill(UInt64.self)
    }
    if let misfit {
      throw ALSError(
        .data, "element \(misfit) does not fit a \(Element.bitWidth)-bit integer. Correct the array.", at: place)
    }
    return try rowMajor(result)
  }

  /// All elements, row by row, as floating-point numbers; integers are rounded to the nearest.
  package func numbers<Element: BinaryFloatingPoint & BitwiseCopyable>(
    as element: Element.Type = Element.self
  ) throws -> Buffer<Element> {
    let result = Buffer<Element>(uninitialized: count)
    func fill<Raw: FixedWidthInteger>(_ raw: Raw.Type, _ number: (Raw) -> Element) {
      for index in 0..<count {
        let value = bytes.loadUnaligned(fromByteOffset: index * MemoryLayout<Raw>.size, as: Raw.self)
        (result.pointer + index).initialize(to: number(type.isSwapped ? value.byteSwapped : value))
      }
    }
    defer { withExtendedLifetime(owner) {} }
    switch (type.kind, type.size) {
    case (.float, 2): fill(UInt16.self) { Element(Float16(bitPattern: $0)) }
    case (.float, 4): fill(UInt32.self) { Element(Float(bitPattern: $0)) }
    case (.float, _): fill(UInt64.self) { Element(Double(bitPattern: $0)) }
    case (.signed, 1): fill(Int8.self) { Element($0) }
    case (.signed, 2): fill(Int16.self) { Element($0) }
    case (.signed, 4): fill(Int32.self) { Element($0) }
    case (.signed, _): fill(Int64.self) { Element($0) }
    case (.unsigned, 2): fill(UInt16.self) { Element($0) }
    case (.unsigned, 4): fill(UInt32.self) { Element($0) }
    case (.unsigned, 8): fill(UInt64.self) { Element($0) }
    case (.unsigned, _), (.boolean, _): fill(UInt8.self) { Element($0) }
    case (.bytes, _), (.unicode, _): throw wrongType("numbers")
    }
    return try rowMajor(result)
  }

  /// All elements as text, without the zeros that pad them.
  package func text() throws -> [String] {
    defer { withExtendedLifetime(owner) {} }
    switch type.kind {
    case .bytes:
      return (0..<count).map { index in
        let field = bytes[index * type.size..<(index + 1) * type.size]
        return String(
          decoding: field[..<(field.lastIndex { $0 != 0 }.map { $0 + 1 } ?? field.startIndex)], as: UTF8.self)
      }
    case .unicode:
      return (0..<count).map { index in
        var scalars = String.UnicodeScalarView()
        for offset in stride(from: index * type.size, to: (index + 1) * type.size, by: 4) {
          let code = bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self)
          scalars.append(Unicode.Scalar(type.isSwapped ? code.byteSwapped : code) ?? "\u{FFFD}")
        }
        while scalars.last == "\0" { scalars.removeLast() }
        return String(scalars)
      }
    default: throw wrongType("text")
    }
  }

  private func wrongType(_ wanted: String) -> ALSError {
    ALSError(.data, "holds \(type.kind.rawValue), but \(wanted) are needed. Convert the array.", at: place)
  }

  private func rowMajor<Element>(_ elements: Buffer<Element>) throws -> Buffer<Element> {
    guard isColumnMajor, shape.count > 1 else { return elements }
    guard shape.count == 2 else {
      throw ALSError(.data, "has \(shape.count) dimensions in Fortran order. Save it in C order.", at: place)
    }
    let result = Buffer<Element>(uninitialized: elements.count)
    for row in 0..<shape[0] {
      for column in 0..<shape[1] {
        (result.pointer + (row * shape[1] + column)).initialize(to: elements.pointer[column * shape[0] + row])
      }
    }
    return result
  }
}
