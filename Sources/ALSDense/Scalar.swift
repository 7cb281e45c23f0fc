import CALSKernels

/// The arithmetic that the engine is written for, once, with two conformances: `Float` and `Double`.
///
/// The static requirements are the BLAS and LAPACK routines in use. Matrices are row-major unless a requirement says
/// otherwise, symmetric ones keep their full square with only the named triangle meaningful, and every routine runs on
/// the calling thread when OpenBLAS is held at one thread (``withSingleThreadedBLAS(_:)``).
package protocol Scalar: BinaryFloatingPoint, BitwiseCopyable, Codable, SIMDScalar, Sendable {
  /// The products of `count` rows of `inner` elements with a matrix of `inner` rows: its first `width` columns, a
  /// multiple of what ``GatherTable/width(for:)`` rounds to. A row of the product has the same bits whatever it is
  /// multiplied together with.
  static func product(
    of rows: UnsafePointer<Self>, count: Int, stride: Int, inner: Int, with matrix: UnsafePointer<Self>,
    matrixStride: Int, into product: UnsafeMutablePointer<Self>, width: Int, instructions: InstructionSet)

  /// y ← α·op(A)·x + β·y for A m × n.
  static func gemv(
    transpose: Bool, rows m: Int, columns n: Int, alpha: Self, _ a: UnsafePointer<Self>, stride: Int,
    _ x: UnsafePointer<Self>, beta: Self, _ y: UnsafeMutablePointer<Self>)

  /// The upper triangle of C ← α·AᵀA + β·C for A n × k, C k × k.
  static func syrk(
    rows n: Int, columns k: Int, alpha: Self, _ a: UnsafePointer<Self>, stride: Int,
    beta: Self, _ c: UnsafeMutablePointer<Self>)

  /// Solves A·x = b for one right-hand side by Cholesky factorisation.
  ///
  /// The upper triangle of the row-major `a` is replaced by the factor R of A = RᵀR and `b` by the solution. Returns 0,
  /// or the order of the first leading minor that is not positive definite; `a` and `b` are then spoiled.
  static func posv(order k: Int, _ a: UnsafeMutablePointer<Self>, stride: Int, _ b: UnsafeMutablePointer<Self>) -> Int

  /// The upper triangle of a ← a + Σ w v vᵀ, and b ← b + Σ t v, over the gathered rows v, in one pass over them.
  ///
  /// Matrix and vector have the padded width of the table; `packed` has room for ``normalRows(width:)`` rows. Weights are
  /// not negative.
  static func addNormal(
    _ rows: GatheredRows, weights: UnsafePointer<Self>, targets: UnsafePointer<Self>,
    matrix a: UnsafeMutablePointer<Self>, vector b: UnsafeMutablePointer<Self>,
    packing packed: UnsafeMutablePointer<Self>, instructions: InstructionSet)

  /// Solves a·x = b like ``posv(order:_:stride:_:)``, without its overhead for each of many small systems.
  ///
  /// Returns false when a pivot is not above `tolerance` times the element of the diagonal that it comes from. What lies
  /// beyond `order` in the rows of `a` must be finite; `diagonals` is scratch for `order` elements.
  static func factorAndSolve(
    order: Int, stride: Int, _ a: UnsafeMutablePointer<Self>, _ b: UnsafeMutablePointer<Self>,
    diagonals: UnsafeMutablePointer<Self>, tolerance: Self, instructions: InstructionSet
  ) -> Bool

  /// sum ← sum + Σ (t − w·(v·x)) v over the gathered rows v, in one pass over them; without targets, all t are zero.
  ///
  /// `x` and `sum` have the padded width of the table. `packed` receives a copy of the rows, rounded up to a multiple of
  /// four of them.
  static func accumulate(
    _ rows: GatheredRows, _ terms: GatheredTerms, withTargets: Bool, _ x: UnsafePointer<Self>,
    into sum: UnsafeMutablePointer<Self>, packing packed: UnsafeMutablePointer<Self>?, instructions: InstructionSet)

  // The steps of GradientVectors.
  static func load(
    _ row: UnsafeMutablePointer<Self>, width: Int, _ source: UnsafePointer<Self>, order: Int, unit: Self,
    dense: UnsafePointer<Self>, expected: UnsafePointer<Self>, count: Self, regularization: Self,
    instructions: InstructionSet)
  static func start(_ row: UnsafeMutablePointer<Self>, width: Int, instructions: InstructionSet)
  static func turn(
    _ row: UnsafeMutablePointer<Self>, width: Int, decrease: Self, tolerance: Self, turning: Bool,
    instructions: InstructionSet
  ) -> Self
  static func advance(
    _ row: UnsafeMutablePointer<Self>, width: Int, decrease: Self, longest: Self, instructions: InstructionSet
  ) -> Bool
  static func store(
    _ row: UnsafeMutablePointer<Self>, to target: UnsafeMutablePointer<Self>, order: Int, unit: Self,
    beyond: Self, instructions: InstructionSet
  ) -> Bool

  /// Solves (D + Σ w v vᵀ) x = Σ t v for a positive diagonal D and positive weights, by one unknown per gathered row.
  ///
  /// Returns false like ``factorAndSolve(order:stride:_:_:diagonals:tolerance:instructions:)``. `diagonal` and `solution`
  /// have the padded width; `scratch` has ``dualScratch(width:count:)`` elements.
  static func solveDual(
    _ rows: GatheredRows, order: Int, weights: UnsafePointer<Self>, targets: UnsafePointer<Self>,
    diagonal: UnsafePointer<Self>, solution: UnsafeMutablePointer<Self>, scratch: UnsafeMutablePointer<Self>,
    tolerance: Self, instructions: InstructionSet
  ) -> Bool

  /// Goes on with a scan of items in `Self`; false when a list of candidates has to grow before that.
  static func scan(_ scan: inout ScanState, instructions: InstructionSet) -> Bool

  /// Eigenvalues, ascending, and eigenvectors of a symmetric matrix given by the upper triangle of the row-major `a`.
  ///
  /// On return row j of `a` is the eigenvector of `eigenvalues[j]`. Returns 0, or a positive number when the
  /// iteration failed. `work` and `integerWork` have the sizes that ``syevdWorkSizes(order:)`` asks for.
  static func syevd(
    order k: Int, _ a: UnsafeMutablePointer<Self>, eigenvalues: UnsafeMutablePointer<Self>,
    work: UnsafeMutableBufferPointer<Self>, integerWork: UnsafeMutableBufferPointer<Int32>
  ) -> Int
}

/// How many rows ``Scalar/addNormal`` packs at a time.
package func normalRows(width: Int) -> Int { Int(als_normal_rows(width)) }

/// The elements of scratch of ``Scalar/solveDual`` for up to `count` rows.
package func dualScratch(width: Int, count: Int) -> Int { als_dual_scratch(width, count) }

extension Scalar {
  /// The work space of `?syevd` with eigenvectors: elements, and 32-bit integers (LAPACK Users' Guide, 3rd ed.).
  package static func syevdWorkSizes(order k: Int) -> (elements: Int, integers: Int) {
    k <= 1 ? (1, 1) : (1 + 6 * k + 2 * k * k, 3 + 5 * k)
  }
}
