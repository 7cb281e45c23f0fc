import ALSTestSupport
import Foundation
import Testing

/// What becomes of a job whose mapped input is written to in place.
@Suite struct MappedInputTests {
  let folder: Scratch
  let data: String

  init() throws {
    folder = try Scratch()
    data = folder.path("data.als")
    // More than a page, so that a cut takes pages away.
    let made = try Program.run(
      "synthesize", "--users", "500", "--items", "300", "--interactions", "20000", "--output", folder.path("many.csv"))
    #expect(made.status == 0, "\(made.errors)")
    #expect(try Program.run("convert", folder.path("many.csv"), "--output", data).status == 0)
  }

  /// Runs a training of compiled interactions, and in it, once iterations go by, a script on the file, which is `$1`.
  private func training(during script: String, environment: String = "") throws -> Program.Result {
    try Program.shell(
      """
      \(environment) "$0" train "$1" -o "$2" --iterations 1000000 --factors 8 --threads 2 --log "$3" 2> "$3.err" &
      while ! grep -q iteration "$3" 2> /dev/null && kill -0 $!; do sleep 0.05; done
      \(script)
      wait $!; status=$?; grep -v ^iteration "$3.err" >&2; exit $status
      """, [data, folder.path("m"), folder.path("log")])
  }

  @Test func aCutEndsTheJobInWords() throws {
    let run = try training(during: "truncate -s 4096 \"$1\"")
    #expect(run.status == 74)
    #expect(run.errorLines.last?.hasPrefix("als: \(data): was cut in place while it was read") == true, "\(run.errors)")
    #expect(!run.errors.contains("Signal") && !run.errors.contains("Backtrace"), "\(run.errors)")
    #expect(try !folder.files.contains("m"))
  }

  @Test func whatIsNotAFileIsLeftToTheSystem() throws {
    let run = try training(during: "kill -BUS $!", environment: "SWIFT_BACKTRACE=enable=no")
    #expect(run.status == 128 + SIGBUS, "\(run.errors)")
  }

  /// Without a cut there is no signal, only other data.
  @Test func anOverwrittenInputMakesNoModel() throws {
    let process = Process()
    process.executableURL = URL(filePath: Program.path)
    process.arguments = [
      "train", data, "-o", folder.path("m"), "--iterations", "600", "--factors", "64", "--solver", "cholesky", "--log",
      folder.path("log"),
    ]
    process.standardError = FileHandle(forWritingAtPath: try folder.write("err", ""))
    try process.run()
    while process.isRunning, (try? folder.text("log").contains("\"iteration\":2,")) != true { usleep(10_000) }
    let file = try FileHandle(forUpdating: URL(filePath: data))
    try file.seek(toOffset: 0)
    try file.write(contentsOf: Data([1]))
    try file.close()
    process.waitUntilExit()
    let errors = try folder.text("err")
    #expect(
      process.terminationStatus == 74 && errors.contains("als: \(data): was written to while it was read"), "\(errors)")
    #expect(try !folder.files.contains("m"))
  }

  @Test func aReplacedInputIsNoMatter() throws {
    let run = try Program.shell(
      """
      "$0" train "$1" -o "$2" --iterations 300 --factors 64 --log "$3" &
      while ! grep -q iteration "$3" 2> /dev/null && kill -0 $!; do sleep 0.02; done
      echo other > "$1.new"; mv "$1.new" "$1"; wait $!
      """, [data, folder.path("m"), folder.path("log")])
    #expect(run.status == 0, "\(run.errors)")
  }
}
