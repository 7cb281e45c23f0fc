import CALSKernels
import COpenBLAS

extension Double: Scalar {
  package static func product(
    of rows: UnsafePointer<Double>, count: Int, stride: Int, inner: Int, with matrix: UnsafePointer<Double>,
    matrixStride: Int, into product: UnsafeMutablePointer<Double>, width: Int, instructions: InstructionSet
  ) {
    instructions.kernels.f64.product(rows, count, stride, inner, matrix, matrixStride, product, width)
  }

  package static func gemv(
    transpose: Bool, rows m: Int, columns n: Int, alpha: Double, _ a: UnsafePointer<Double>, stride: Int,
    _ x: UnsafePointer<Double>, beta: Double, _ y: UnsafeMutablePointer<Double>
  ) {
    cblas_dgemv(
      CblasRowMajor, transpose ? CblasTrans : CblasNoTrans, blasint(m), blasint(n), alpha, a, blasint(stride),
      x, 1, beta, y, 1)
  }

  package static func syrk(
    rows n: Int, columns k: Int, alpha: Double, _ a: UnsafePointer<Double>, stride: Int,
    beta: Double, _ c: UnsafeMutablePointer<Double>
  ) {
    cblas_dsyrk(
      CblasRowMajor, CblasUpper, CblasTrans, blasint(k), blasint(n), alpha, a, blasint(stride), beta, c, blasint(k))
  }

  // Row-major LAPACKE copies and transposes; the upper triangle of a row-major matrix is the lower one of the same
  // memory read by columns, so the column-major routines are called with `L`. The `_work` forms skip the scan for NaN.

  package static func posv(
    order k: Int, _ a: UnsafeMutablePointer<Double>, stride: Int, _ b: UnsafeMutablePointer<Double>
  ) -> Int {
    let order = blasint(k)
    let info = LAPACKE_dposv_work(LAPACK_COL_MAJOR, lowerTriangle, order, 1, a, blasint(stride), b, order)
    precondition(info >= 0, "?posv was given a wrong argument, number \(-info)")
    return Int(info)
  }

  package static func syevd(
    order k: Int, _ a: UnsafeMutablePointer<Double>, eigenvalues: UnsafeMutablePointer<Double>,
    work: UnsafeMutableBufferPointer<Double>, integerWork: UnsafeMutableBufferPointer<Int32>
  ) -> Int {
    let order = blasint(k)
    let info = LAPACKE_dsyevd_work(
      LAPACK_COL_MAJOR, eigenvectorsToo, lowerTriangle, order, a, order, eigenvalues,
      work.baseAddress, blasint(work.count), integerWork.baseAddress, blasint(integerWork.count))
    precondition(info >= 0, "?syevd was given a wrong argument, number \(-info)")
    return Int(info)
  }

  package static func accumulate(
    _ rows: GatheredRows, _ terms: GatheredTerms, withTargets: Bool, _ x: UnsafePointer<Double>,
    into sum: UnsafeMutablePointer<Double>, packing packed: UnsafeMutablePointer<Double>?, instructions: InstructionSet
  ) {
    instructions.kernels.f64.accumulate(rows.code, terms.code, withTargets, x, sum, packed)
  }

  package static func load(
    _ row: UnsafeMutablePointer<Double>, width: Int, _ source: UnsafePointer<Double>, order: Int, unit: Double,
    dense: UnsafePointer<Double>, expected: UnsafePointer<Double>, count: Double, regularization: Double,
    instructions: InstructionSet
  ) {
    instructions.kernels.f64.gradient_load(
      row, width, source, order, unit, dense, expected, count,
      regularization)
  }

  package static func start(_ row: UnsafeMutablePointer<Double>, width: Int, instructions: InstructionSet) {
    instructions.kernels.f64.gradient_start(row, width)
  }

  package static func turn(
    _ row: UnsafeMutablePointer<Double>, width: Int, decrease: Double, tolerance: Double, turning: Bool,
    instructions: InstructionSet
  ) -> Double {
    instructions.kernels.f64.gradient_turn(row, width, decrease, tolerance, turning)
  }

  package static func advance(
    _ row: UnsafeMutablePointer<Double>, width: Int, decrease: Double, longest: Double, instructions: InstructionSet
  ) -> Bool {
    instructions.kernels.f64.gradient_advance(row, width, decrease, longest)
  }

  package static func store(
    _ row: UnsafeMutablePointer<Double>, to target: UnsafeMutablePointer<Double>, order: Int, unit: Double,
    beyond: Double, instructions: InstructionSet
  ) -> Bool {
    instructions.kernels.f64.gradient_store(row, target, order, unit, beyond)
  }

  package static func addNormal(
    _ rows: GatheredRows, weights: UnsafePointer<Double>, targets: UnsafePointer<Double>,
    matrix a: UnsafeMutablePointer<Double>, vector b: UnsafeMutablePointer<Double>,
    packing packed: UnsafeMutablePointer<Double>, instructions: InstructionSet
  ) {
    instructions.kernels.f64.add_normal(rows.code, weights, targets, a, b, packed)
  }

  package static func factorAndSolve(
    order: Int, stride: Int, _ a: UnsafeMutablePointer<Double>, _ b: UnsafeMutablePointer<Double>,
    diagonals: UnsafeMutablePointer<Double>, tolerance: Double, instructions: InstructionSet
  ) -> Bool {
    instructions.kernels.f64.solve(order, stride, a, b, diagonals, tolerance) == 0
  }

  package static func solveDual(
    _ rows: GatheredRows, order: Int, weights: UnsafePointer<Double>, targets: UnsafePointer<Double>,
    diagonal: UnsafePointer<Double>, solution: UnsafeMutablePointer<Double>, scratch: UnsafeMutablePointer<Double>,
    tolerance: Double, instructions: InstructionSet
  ) -> Bool {
    instructions.kernels.f64.solve_dual(rows.code, order, weights, targets, diagonal, solution, scratch, tolerance) == 0
  }

  package static func scan(_ scan: inout ScanState, instructions: InstructionSet) -> Bool {
    instructions.kernels.f64.scan_top_items(&scan.code)
  }
}
