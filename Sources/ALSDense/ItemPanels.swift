package import ALSPlatform
import CALSKernels

/// Items in panels of a cache line's width, by falling norm, for ``TopItemScan``.
package struct ItemPanels<Element: Scalar>: Sendable {
  /// Coordinate c of the item in lane l of panel p at (p · ``vectorLength`` + c) · ``lanes`` + l; zeros fill the last one.
  package let elements: Buffer<Element>
  /// One per panel, falling: no less than the norm of any item in it or in a later one.
  package let norms: Buffer<Double>
  package let vectorLength: Int
  /// A computed score is off by no more than this, times the norms of the user and of the panel, and the user's error.
  package let relativeError: Double

  package init(elements: Buffer<Element>, norms: Buffer<Double>, vectorLength: Int, relativeError: Double) {
    precondition(elements.count == norms.count * Self.lanes * vectorLength)
    (self.elements, self.norms) = (elements, norms)
    (self.vectorLength, self.relativeError) = (vectorLength, relativeError)
  }

  /// Items of a panel.
  package static var lanes: Int { Int(ALS_PANEL_BYTES) / MemoryLayout<Element>.stride }

  package var count: Int { norms.count }
  /// A bit for each item, fill included.
  package var bitmapBytes: Int { count * Self.lanes / 8 }

  var code: als_top_items {
    als_top_items(
      panels: elements.pointer, panel_count: count, factors: vectorLength, norms: norms.pointer, error: relativeError)
  }
}
