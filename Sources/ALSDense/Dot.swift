/// The inner product of two vectors of `count` coordinates, accumulated in double precision.
///
/// Four interleaved sums in a fixed order: the same bits wherever it is called. Inlinable, so that callers in other
/// modules get it specialised.
@inlinable
package func dot<Element: BinaryFloatingPoint>(
  _ x: UnsafePointer<Element>, _ y: UnsafePointer<Element>, _ count: Int
) -> Double {
  var (a, b, c, d) = (0.0, 0.0, 0.0, 0.0)
  var i = 0
  while i + 4 <= count {
    a += Double(x[i]) * Double(y[i])
    b += Double(x[i + 1]) * Double(y[i + 1])
    c += Double(x[i + 2]) * Double(y[i + 2])
    d += Double(x[i + 3]) * Double(y[i + 3])
    i += 4
  }
  while i < count {
    a += Double(x[i]) * Double(y[i])
    i += 1
  }
  return (a + b) + (c + d)
}
