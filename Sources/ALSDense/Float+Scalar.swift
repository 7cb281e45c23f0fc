import CALSKernels
import COpenBLAS

extension Float: Scalar {
  package static func product(
    of rows: UnsafePointer<Float>, count: Int, stride: Int, inner: Int, with matrix: UnsafePointer<Float>,
    matrixStride: Int, into product: UnsafeMutablePointer<Float>, width: Int, instructions: InstructionSet
  ) {
    instructions.kernels.f32.product(rows, count, stride, inner, matrix, matrixStride, product, width)
  }

  package static func gemv(
    transpose: Bool, rows m: Int, columns n: Int, alpha: Float, _ a: UnsafePointer<Float>, stride: Int,
    _ x: UnsafePointer<Float>, beta: Float, _ y: UnsafeMutablePointer<Float>
  ) {
    cblas_sgemv(
      CblasRowMajor, transpose ? CblasTrans : CblasNoTrans, blasint(m), blasint(n), alpha, a, blasint(stride),
      x, 1, beta, y, 1)
  }

  package static func syrk(
    rows n: Int, columns k: Int, alpha: Float, _ a: UnsafePointer<Float>, stride: Int,
    beta: Float, _ c: UnsafeMutablePointer<Float>
  ) {
    cblas_ssyrk(
      CblasRowMajor, CblasUpper, CblasTrans, blasint(k), blasint(n), alpha, a, blasint(stride), beta, c, blasint(k))
  }

  // Row-major LAPACKE copies and transposes; the upper triangle of a row-major matrix is the lower one of the same
  // memory read by columns, so the column-major routines are called with `L`. The `_work` forms skip the scan for NaN.

  package static func posv(
    order k: Int, _ a: UnsafeMutablePointer<Float>, stride: Int, _ b: UnsafeMutablePointer<Float>
  ) -> Int {
    let order = blasint(k)
    let info = LAPACKE_sposv_work(LAPACK_COL_MAJOR, lowerTriangle, order, 1, a, blasint(stride), b, order)
    precondition(info >= 0, "?posv was given a wrong argument, number \(-info)")
    return Int(info)
  }

  package static func syevd(
    order k: Int, _ a: UnsafeMutablePointer<Float>, eigenvalues: UnsafeMutablePointer<Float>,
    work: UnsafeMutableBufferPointer<Float>, integerWork: UnsafeMutableBufferPointer<Int32>
  ) -> Int {
    let order = blasint(k)
    let info = LAPACKE_ssyevd_work(
      LAPACK_COL_MAJOR, eigenvectorsToo, lowerTriangle, order, a, order, eigenvalues,
      work.baseAddress, blasint(work.count), integerWork.baseAddress, blasint(integerWork.count))
    precondition(info >= 0, "?syevd was given a wrong argument, number \(-info)")
    return Int(info)
  }

  package static func accumulate(
    _ rows: GatheredRows, _ terms: GatheredTerms, withTargets: Bool, _ x: UnsafePointer<Float>,
    into sum: UnsafeMutablePointer<Float>, packing packed: UnsafeMutablePointer<Float>?, instructions: InstructionSet
  ) {
    switch rows.format {
    case .full: instructions.kernels.f32.accumulate(rows.code, terms.code, withTargets, x, sum, packed)
    case .half: instructions.kernels.accumulate_f16(rows.code, terms.code, withTargets, x, sum, packed)
    }
  }

  package static func load(
    _ row: UnsafeMutablePointer<Float>, width: Int, _ source: UnsafePointer<Float>, order: Int, unit: Float,
    dense: UnsafePointer<Float>, expected: UnsafePointer<Float>, count: Float, regularization: Float,
    instructions: InstructionSet
  ) {
    instructions.kernels.f32.gradient_load(
      row, width, source, order, unit, dense, expected, count,
      regularization)
  }

  package static func start(_ row: UnsafeMutablePointer<Float>, width: Int, instructions: InstructionSet) {
    instructions.kernels.f32.gradient_start(row, width)
  }

  package static func turn(
    _ row: UnsafeMutablePointer<Float>, width: Int, decrease: Float, tolerance: Float, turning: Bool,
    instructions: InstructionSet
  ) -> Float {
    instructions.kernels.f32.gradient_turn(row, width, decrease, tolerance, turning)
  }

  package static func advance(
    _ row: UnsafeMutablePointer<Float>, width: Int, decrease: Float, longest: Float, instructions: InstructionSet
  ) -> Bool {
    instructions.kernels.f32.gradient_advance(row, width, decrease, longest)
  }

  package static func store(
    _ row: UnsafeMutablePointer<Float>, to target: UnsafeMutablePointer<Float>, order: Int, unit: Float,
    beyond: Float, instructions: InstructionSet
  ) -> Bool {
    instructions.kernels.f32.gradient_store(row, target, order, unit, beyond)
  }

  package static func addNormal(
    _ rows: GatheredRows, weights: UnsafePointer<Float>, targets: UnsafePointer<Float>,
    matrix a: UnsafeMutablePointer<Float>, vector b: UnsafeMutablePointer<Float>,
    packing packed: UnsafeMutablePointer<Float>, instructions: InstructionSet
  ) {
    instructions.kernels.f32.add_normal(rows.code, weights, targets, a, b, packed)
  }

  package static func factorAndSolve(
    order: Int, stride: Int, _ a: UnsafeMutablePointer<Float>, _ b: UnsafeMutablePointer<Float>,
    diagonals: UnsafeMutablePointer<Float>, tolerance: Float, instructions: InstructionSet
  ) -> Bool {
    instructions.kernels.f32.solve(order, stride, a, b, diagonals, tolerance) == 0
  }

  package static func solveDual(
    _ rows: GatheredRows, order: Int, weights: UnsafePointer<Float>, targets: UnsafePointer<Float>,
    diagonal: UnsafePointer<Float>, solution: UnsafeMutablePointer<Float>, scratch: UnsafeMutablePointer<Float>,
    tolerance: Float, instructions: InstructionSet
  ) -> Bool {
    instructions.kernels.f32.solve_dual(rows.code, order, weights, targets, diagonal, solution, scratch, tolerance) == 0
  }

  package static func scan(_ scan: inout ScanState, instructions: InstructionSet) -> Bool {
    instructions.kernels.f32.scan_top_items(&scan.code)
  }
}
