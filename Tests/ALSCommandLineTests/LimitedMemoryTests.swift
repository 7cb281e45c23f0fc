import ALSTestSupport
import Foundation
import Testing

/// What becomes of a job whose address space is limited.
@Suite(.limitsAddressSpace) struct LimitedMemoryTests {
  let folder: Scratch, data: String

  init() throws { (folder, data, _) = try purchases() }

  /// OpenBLAS, which needs 128 MiB of addresses for every thread, must not wait for them for ever.
  ///
  /// The limits are around what the program takes by itself, which differs between machines.
  @Test(arguments: Array(stride(from: 100, through: 900, by: 50)))
  func trainingsEndWhateverTheLimit(mebibytes: Int) throws {
    for command in [
      ["train", data, "-o", folder.path("m"), "--iterations", "2", "--quiet"],
      [
        "train", data, "-o", folder.path("m"), "--iterations", "2", "--solver", "cholesky", "--factors", "200",
        "--quiet",
      ],
      ["--version"],
    ] {
      let run = try Program.shell("ulimit -v \(mebibytes * 1024); exec timeout -s KILL 60 \"$0\" \"$@\"", command)
      // 127: a library could not be loaded.
      if run.status == 127 { continue }
      #expect(run.status == 0 || run.status == 71, "\(run.status) \(run.errors)")
      if run.status == 71 {
        #expect(
          run.errorLines.count { $0.hasPrefix("als: ") } == 1 && run.errors.contains("Raise the limit"), "\(run.errors)"
        )
        #expect(try !folder.files.contains("m"))
      }
    }
  }

  /// Of two threads of OpenBLAS, one has its buffer and one does not.
  @Test func whatIsTooLittleIsSaid() throws {
    let run = try Program.run(
      ["train", data, "-o", folder.path("m"), "--threads", "8", "--iterations", "2"], addressSpace: 900_000)
    #expect(run.status == 71 && run.errors.contains("als: out of memory: 134 MB more were needed."), "\(run.errors)")
    #expect(run.errors.contains("fewer --threads"))
    // The plan knows it.
    let plan = try Program.run(
      ["train", data, "-o", folder.path("m"), "--threads", "8", "--dry-run"], addressSpace: 900_000)
    #expect(plan.status == 64 && plan.errors.contains("--threads 1"), "\(plan.errors)")
  }

  /// A signal is answered by a thread that is there already.
  @Test func aSignalEndsAJobThatHasNoMemoryLeft() throws {
    let run = try Program.shell(
      """
      mkfifo "$1/pipe"; ulimit -v 700000
      "$0" train "$1/pipe" -o "$1/m" --quiet --threads 1 &
      exec 3> "$1/pipe"; sleep 0.5; kill -TERM $!; wait $!
      """, [folder.url.path])
    #expect(run.status == 143 && run.errors.contains("terminated; unfinished output was removed"), "\(run.errors)")
  }
}
