import ALSFiles
import ALSPlatform
import ALSSparse
import ALSTestSupport
import Foundation
import Testing

@Suite struct MatrixFilesTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private func read(_ text: String) throws -> [String] {
    list(try InteractionsReader().readEvents(scratch.write(Array(text.utf8), to: "m.mtx")).events)
  }

  @Test func matrixMarket() throws {
    #expect(
      try read("%%MatrixMarket matrix coordinate real general\n% by hand\n\n3 2 3\n1 1 0.5\n 3\t2  -1e2 \r\n2 1 7\n")
        == ["1 1 0.5 0.0", "3 2 -100.0 0.0", "2 1 7.0 0.0"])
    #expect(
      try read("%%MatrixMarket matrix coordinate pattern symmetric\n2 2 2\n2 1\n2 2") == [
        "2 1 1.0 0.0", "1 2 1.0 0.0", "2 2 1.0 0.0",
      ])
    #expect(
      try read(
        "%%matrixmarket MATRIX Coordinate Integer Skew-Symmetric\n2 2 1\n2 1 3\n".replacing("%%m", with: "%%M")
          .replacing("market", with: "Market")) == ["2 1 3.0 0.0", "1 2 -3.0 0.0"])
  }

  @Test(arguments: [
    ("matrix array real general\n2 2\n1\n2\n3\n4\n", "line 1: the matrix is stored as array"),
    ("matrix coordinate complex general\n1 1 1\n1 1 1 2\n", "line 1: the matrix is complex general"),
    ("matrix coordinate real general\n2 2\n", "line 2: the size must be three"),
    ("matrix coordinate real general\n2 2 1\n3 1 1\n", "line 3: an entry must begin with its row, from 1 to 2"),
    ("matrix coordinate real general\n2 2 1\n0 1 1\n", "line 3: an entry must begin"),
    ("matrix coordinate real general\n2 2 1\n1 1 nan\n", "line 3: the value is not a finite"),
    ("matrix coordinate real general\n2 2 1\n1 1 1e39\n", "line 3: the value is not a finite"),
    ("matrix coordinate real general\n2 2 1\n1 1 1 1\n", "line 3: text follows the entry"),
    ("matrix coordinate real general\n2 2 1\n1 1 1\n1 2 1\n", "line 4: there are more entries than the 1"),
    ("matrix coordinate real general\n2 2 3\n1 1 1\n", "has 1 entries, but the size line promises 3"),
    ("matrix coordinate real general\n", "ends before the size"),
    ("matrix coordinate real symmetric\n2 3 1\n1 1 1\n", "line 2: a symmetric matrix cannot have"),
    ("matrix coordinate pattern general\n2000000000 1 1\n1 1\n", "has 2000000000 rows for 1 entries"),
  ])
  func malformedMatrixMarket(text: String, message: String) throws {
    let failure = #expect(throws: ALSError.self) { try read("%%MatrixMarket " + text) }
    #expect(failure?.message.hasPrefix("\(scratch.path("m.mtx")): \(message)") == true, "\(failure?.message ?? "")")
  }

  /// Interactions with gaps, empty rows in between, and identifiers of both kinds.
  private func samples() throws -> [Interactions] {
    var random = RandomGenerator(seed: 4)
    let users = (0..<300).map { _ in "user \(random.nextIndex(below: 40))" }
    let items = (0..<300).map { _ in random.nextIndex(below: 30) * 3 - 10 }
    let values = (0..<300).map { _ in Float(random.nextIndex(below: 100)) / 8 }
    return [
      try Interactions(users: users, items: items, values: values),
      try Interactions(users: items, items: users, duplicates: .last),
    ]
  }

  @Test func everyFormComesBack() throws {
    for sample in try samples() {
      for name in ["x.npz", "small.npz", "x.csv", "x.tsv"] {
        let path = scratch.path(name)
        switch name {
        case "x.npz": try sample.writeSciPy(to: path)
        case "small.npz": try sample.writeSciPy(to: path, compressed: true)
        case "x.csv": try sample.writeDelimited(to: path)
        default: try sample.writeDelimited(to: path, by: "\t")
        }
        let back = try InteractionsReader().readInteractions(path, duplicates: .error).interactions
        #expect(back.users == sample.users && back.items == sample.items)
        #expect(list(back) == list(sample))
        #expect((back.byUser.values == nil) == (sample.byUser.values == nil))
      }
      let path = scratch.path("x.mtx")
      try sample.writeMatrixMarket(to: path)
      let back = try InteractionsReader().readInteractions(path, duplicates: .error).interactions
      #expect(back.users.map(\.description) == (1...sample.users.count).map(String.init))
      #expect(back.byUser.columns.elements.elementsEqual(sample.byUser.columns.elements))
      #expect(back.byItem.columns.elements.elementsEqual(sample.byItem.columns.elements))
    }
  }

  @Test(.enabled("needs Python with SciPy") { Python.has("scipy.sparse, scipy.io") })
  func sciPyAndWeAgree() throws {
    let sample = try samples()[0]
    try sample.writeSciPy(to: scratch.path("ours.npz"))
    try sample.writeSciPy(to: scratch.path("deflated.npz"), compressed: true)
    try sample.writeMatrixMarket(to: scratch.path("ours.mtx"))
    let expected = list(sample).byUser.count
    // SciPy reads both of ours as the same matrix, and saves it in every form.
    let output = try Python.run(
      """
      import os, sys, zipfile, numpy as np, scipy.sparse as sp, scipy.io
      d = sys.argv[1]
      a = sp.load_npz(d + "/ours.npz").tocsr()
      b = scipy.io.mmread(d + "/ours.mtx").tocsr()
      assert (a != b).nnz == 0 and a.shape == b.shape
      c = sp.load_npz(d + "/deflated.npz").tocsr()
      assert (a != c).nnz == 0 and a.shape == c.shape
      archive = zipfile.ZipFile(d + "/deflated.npz")
      assert archive.testzip() is None
      assert all(e.compress_type == zipfile.ZIP_DEFLATED for e in archive.infolist())
      assert os.path.getsize(d + "/deflated.npz") < os.path.getsize(d + "/ours.npz")
      print(a.nnz, float(a.sum()))
      for form in ["csr", "csc", "coo"]:
          for compressed in [True, False]:
              sp.save_npz(f"{d}/{form}{int(compressed)}.npz", a.asformat(form), compressed=compressed)
      sp.save_npz(d + "/array.npz", sp.coo_array(a.astype("f8")))
      scipy.io.mmwrite(d + "/theirs.mtx", a)
      sp.save_npz(d + "/dia.npz", sp.dia_matrix(np.eye(3)))
      """, scratch.url.path)
    let total = sample.byUser.values?.elements.reduce(0.0) { $0 + Double($1) } ?? 0
    #expect(String(decoding: output, as: UTF8.self) == "\(expected) \(total)\n")
    for name in ["csr1", "csr0", "csc1", "csc0", "coo1", "coo0", "array"] {
      let back = try InteractionsReader().readInteractions(scratch.path("\(name).npz"), duplicates: .error).interactions
      #expect(back.users.map(\.description) == (0..<sample.users.count).map(String.init))
      #expect(back.byUser.columns.elements.elementsEqual(sample.byUser.columns.elements), "\(name)")
      #expect(
        back.byUser.values?.elements.elementsEqual(sample.byUser.values?.elements ?? .init(start: nil, count: 0))
          == true)
    }
    let back = try InteractionsReader().readInteractions(scratch.path("theirs.mtx"), duplicates: .error).interactions
    #expect(back.byUser.columns.elements.elementsEqual(sample.byUser.columns.elements))
    #expect(throws: ALSError.self) { try InteractionsReader().readEvents(scratch.path("dia.npz")) }
  }

  @Test func whatCannotBeChosenIsRefused() throws {
    let path = scratch.path("x.npz")
    try samples()[0].writeSciPy(to: path)
    #expect(throws: ALSError.self) { try InteractionsReader(format: .init(userColumn: "user")).readEvents(path) }
    #expect(throws: ALSError.self) { try InteractionsReader(readsTimes: true).readEvents(path) }
    let pipe = try TemporaryFile(scratch.read("x.npz"), isPipe: true)
    #expect(throws: ALSError.self) { try InteractionsReader().readEvents(pipe.path) }
  }
}
