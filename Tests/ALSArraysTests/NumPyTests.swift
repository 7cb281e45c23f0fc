import ALSArrays
import ALSPlatform
import ALSTestSupport
import Foundation
import Testing

@Suite struct NumPyTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  @Test(arguments: [false, true]) func arraysComeBackFromFilesAndArchives(compressed: Bool) throws {
    let (path, archivePath) = (scratch.path("a.npy"), scratch.path("a.npz"))
    let floats = Buffer<Float>([1, -2.5, .pi, 0, 1e-30, 6])
    let integers = Buffer<Int64>([.min, -1, 0, .max])
    try writeNumPyArray(floats, shape: [2, 3], to: path)
    let array = try NumPyArray(contentsOf: path)
    #expect(array.shape == [2, 3])
    #expect(try list(array.numbers(as: Float.self)) == list(floats))
    #expect(try Data(contentsOf: URL(filePath: path)).count == 64 * 2 + 24)

    var writer = try NumPyArchiveWriter(path: archivePath, isCompressed: compressed)
    // More than a portion of what zlib gives, and hard to compress.
    var random = RandomGenerator(seed: 5)
    let many = Buffer<Int64>((0..<100_003).map { _ in Int64(truncatingIfNeeded: random.next()) })
    try writer.add("many", many, shape: [many.count])
    try writer.add("floats", floats, shape: [6])
    try writer.add("integers", integers, shape: [2, 2])
    try writer.add("none", Buffer<Double>([]), shape: [0, 4])
    try writer.add("format", text: "csr")
    try writer.commit()
    let archive = try NumPyArchive(contentsOf: archivePath)
    #expect(archive.names == ["floats", "format", "integers", "many", "none"])
    #expect(try archive.array("many").map { try list($0.integers(as: Int64.self)) } == list(many))
    #expect(try archive.array("floats").map { try list($0.numbers(as: Float.self)) } == list(floats))
    #expect(try archive.array("integers").map { try list($0.integers(as: Int64.self)) } == list(integers))
    #expect(try archive.array("none")?.shape == [0, 4])
    #expect(try archive.array("format")?.text() == ["csr"])
    #expect(try archive.array("other") == nil)
  }

  @Test func whatDoesNotFitIsAnError() throws {
    let path = scratch.path("a.npy")
    try writeNumPyArray(Buffer<Int64>([1, 1 << 40]), shape: [2], to: path)
    let array = try NumPyArray(contentsOf: path)
    #expect(throws: ALSError(.data, "element 1 does not fit a 32-bit integer. Correct the array.", at: path)) {
      try array.integers(as: Int32.self)
    }
    #expect(throws: ALSError.self) { try array.text() }
    try writeNumPyArray(Buffer<Float>([1]), shape: [1], to: path)
    #expect(throws: ALSError.self) { try NumPyArray(contentsOf: path).integers(as: Int32.self) }
  }

  /// Every single cut and every flipped byte of a small archive either changes nothing that is read or is an error.
  @Test(arguments: [false, true]) func damageIsFound(compressed: Bool) throws {
    var writer = try NumPyArchiveWriter(path: scratch.path("whole.npz"), isCompressed: compressed)
    let values = Buffer<Int32>((0..<20).map { $0 * $0 })
    try writer.add("values", values, shape: [4, 5])
    try writer.commit()
    let bytes = try scratch.read("whole.npz")
    func read(_ bytes: [UInt8]) throws -> [Int32]? {
      let archive = try NumPyArchive(contentsOf: scratch.write(bytes, to: "damaged.npz"))
      return try archive.array("values").map { try list($0.integers(as: Int32.self)) }
    }
    for length in 0..<bytes.count {
      #expect(throws: ALSError.self) { try read(Array(bytes[..<length])) }
    }
    for position in bytes.indices {
      for flip in [1, 0x80] as [UInt8] {
        var damaged = bytes
        damaged[position] ^= flip
        // A name may change, or a date; never a value.
        if let seen = try? read(damaged) { #expect(seen == list(values)) }
      }
    }
  }

  static var hasNumPy: Bool { Python.has("numpy") }

  @Test(.enabled("needs Python with numpy") { hasNumPy })
  func whatNumPyWrites() throws {
    for function in ["savez", "savez_compressed"] {
      let path = scratch.path("\(function).npz")
      try Python.run(
        """
        import sys, numpy as np
        a = np.arange(12).reshape(3, 4)
        x = {t: a.astype(t) for t in ["i1","i2","i4","i8","u1","u2","u4","u8","f2","f4","f8",">i4",">f8",">u2"]}
        x["zeros"] = np.zeros(100000)
        x["fortran"] = np.asfortranarray(a.astype("f4"))
        x["scalar"] = np.float64(0.1)
        x["flags"] = np.array([True, False])
        x["bytes"] = np.array([b"one", b"three"])
        x["text"] = np.array(["zwölf", "a"])
        x["name"] = np.array("float32")
        x["objects"] = np.array([None, "x"], dtype=object)
        np.\(function)(sys.argv[1], **x)
        """, path)
      let archive = try NumPyArchive(contentsOf: path)
      let counted = (0..<12).map(Double.init)
      for type in ["i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f2", "f4", "f8", ">i4", ">f8", ">u2", "fortran"] {
        let array = try #require(try archive.array(type))
        #expect(array.shape == [3, 4])
        #expect(try list(array.numbers(as: Double.self)) == counted, "\(type)")
        if !type.contains("f") {
          #expect(try list(array.integers(as: Int32.self)).map(Double.init) == counted, "\(type)")
        }
      }
      #expect(
        try archive.array("zeros").map { try list($0.numbers(as: Float.self)) } == [Float](repeating: 0, count: 100_000)
      )
      #expect(try archive.array("scalar").map { try list($0.numbers(as: Double.self)) } == [0.1])
      #expect(try archive.array("flags").map { try list($0.integers(as: Int32.self)) } == [1, 0])
      #expect(try archive.array("bytes")?.text() == ["one", "three"])
      #expect(try archive.array("text")?.text() == ["zwölf", "a"])
      #expect(try archive.array("name")?.text() == ["float32"])
      #expect(throws: ALSError.self) { try archive.array("objects") }
    }
  }

  @Test(.enabled("needs Python with numpy") { hasNumPy })
  func numPyReadsWhatWeWrite() throws {
    let (path, archive) = (scratch.path("a.npy"), scratch.path("a.npz"))
    try writeNumPyArray(Buffer<Double>([0.1, 0.2, 0.3]), shape: [3, 1], to: path)
    var writer = try NumPyArchiveWriter(path: archive)
    try writer.add("x", Buffer<Int32>([3, 1, 2, -4]), shape: [2, 2])
    try writer.add("y", Buffer<UInt8>([3, 1]), shape: [2])
    try writer.add("format", text: "csr")
    try writer.commit()
    let output = try Python.run(
      """
      import sys, numpy as np
      a, z = np.load(sys.argv[1]), np.load(sys.argv[2])
      print(a.dtype, a.tolist(), z["x"].dtype, z["x"].tolist(), z["y"].dtype, z["y"].tolist(), z["format"].item())
      """, path, archive)
    #expect(
      String(decoding: output, as: UTF8.self)
        == "float64 [[0.1], [0.2], [0.3]] int32 [[3, 1], [2, -4]] uint8 [3, 1] b'csr'\n")
  }
}

/// The elements, copied while the buffer is alive.
private func list<Element>(_ buffer: Buffer<Element>) -> [Element] {
  withExtendedLifetime(buffer) { Array(buffer.elements) }
}
