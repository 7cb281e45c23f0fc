import ALS
import ALSDense
import ALSPlatform
import ALSSparse
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Sizes that no data set of the other tests has.
@Suite struct SizeTests {
  /// With 2,048 factors, the users' gradient is zero after they are solved for the last time.
  ///
  /// Once: the eigenbasis of so many takes seconds.
  @Test(arguments: [Solver.conjugateGradient, .cholesky])
  func manyFactors(_ solver: Solver) throws {
    let data = try TestData("4 × 90", users: 4, items: 90, density: 0.7, emptyUsers: [1], seed: 8)
    let reference = ObjectiveCase.hkv.reference(for: data)
    let trainer = try ObjectiveCase.hkv.training(on: data, factors: 2048, solver: solver)
      .trainer(Float.self, threads: 2)
    #expect(try trainer.solve(.users, isLast: true).rescuedRows == 0)
    let (users, items) = (trainer.tables.users.rowsAsDoubles, trainer.tables.items.rowsAsDoubles)
    for user in [0, 2, 3] {
      let (gradient, size) = reference.halfGradient(ofUser: user, users, items)
      #expect(users[user].contains { $0 != 0 })
      #expect(gradient.allSatisfy { abs($0) <= 1e-4 * (size.max() ?? 0) }, "user \(user)")
    }
    #expect(users[1].allSatisfy { $0 == 0 })
  }

  /// Rows whose entries begin beyond 2³¹ are solved to the same bits as where they begin at 0; with objectives that do not read
  /// what is before, to find a mean weight.
  @Test(arguments: [ObjectiveCase.ialsBinary, .explicitBiased], Solver.ofAnySign)
  func manyEntries(_ objective: ObjectiveCase, solver: Solver) throws {
    let data = try TestData("37 × 29", users: 37, items: 29, density: 0.5, emptyUsers: [3, 36], seed: 11)
    let training = try objective.training(on: data, factors: 9, solver: solver)
    let first = Int(Int32.max) + 7
    let moved = Training(
      interactions: training.interactions, configuration: training.configuration, objective: training.objective,
      globalMean: training.globalMean, rows: try Sides { try training.rows[$0].moved(to: first) })
    let trainers = [training, moved].map { $0.trainer(Float.self, threads: 2) }
    for isLast in [false, false, true] {
      for side in isLast ? [Side.users] : [.users, .items] {
        for trainer in trainers { _ = try trainer.solve(side, isLast: isLast) }
        let tables = trainers.map { $0.tables[side].buffer.elements }
        let areSame = tables[0].elementsEqual(tables[1])
        #expect(areSame && tables[0].contains { $0 != 0 })
      }
    }
    #expect(trainers[0].loss() == trainers[1].loss())
  }
}

extension CSRMatrix<Float> {
  /// The same matrix with entries that begin at `first` of buffers of which nothing before is ever touched.
  fileprivate func moved(to first: Int) throws -> CSRMatrix {
    CSRMatrix(
      rowCount: rowCount, columnCount: columnCount, rowStarts: Buffer(rowStarts.elements.map { $0 + Int64(first) }),
      columns: try Reservation.buffer(columns, at: first),
      values: try values.map { try Reservation.buffer($0, at: first) },
      weights: try weights.map { try Reservation.buffer($0, at: first) })
  }
}

/// Addresses for which there is memory only where it is written.
private final class Reservation: Sendable {
  nonisolated(unsafe) private let base: UnsafeMutableRawPointer
  private let byteCount: Int

  private init(byteCount: Int) throws {
    let base = mmap(nil, byteCount, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)
    self.base = try #require(base != MAP_FAILED ? base : nil)
    self.byteCount = byteCount
  }

  deinit { munmap(base, byteCount) }

  /// A buffer of `first` elements and those of `source`.
  static func buffer<Element>(_ source: Buffer<Element>, at first: Int) throws -> Buffer<Element> {
    let count = first + source.count
    let memory = try Reservation(byteCount: count * MemoryLayout<Element>.stride)
    let pointer = memory.base.bindMemory(to: Element.self, capacity: count)
    (pointer + first).initialize(from: source.pointer, count: source.count)
    return Buffer(borrowing: UnsafeBufferPointer(start: pointer, count: count), owner: memory)
  }
}
