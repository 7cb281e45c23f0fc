import ALSTestSupport
import Foundation
import Testing

/// Negative numbers as arguments of their own are values, and what is wrong with them is said.
@Suite struct NegativeNumberTests {
  @Test(arguments: [
    (
      ["train", "x", "-o", "m", "--seed", "-1"],
      ["The value '-1' is invalid for '--seed <seed>'", "from 0 to 18446744073709551615"]
    ),
    (
      ["train", "x", "-o", "m", "--validation-seed", "-1", "--validation", "0.1"],
      ["'-1'", "--validation-seed", "from 0 to"]
    ),
    (["split", "x", "--training", "a", "--test", "b", "--seed", "-1"], ["'-1' is invalid for '--seed", "from 0 to"]),
    (["evaluate", "x", "y", "--seed", "-3"], ["'-3' is invalid for '--seed", "from 0 to"]),
    (["tune", "x", "--seed", "-3"], ["'-3' is invalid for '--seed", "from 0 to"]),
    (["tune", "x", "--validation-seed", "x"], ["'x' is invalid for '--validation-seed", "from 0 to"]),
    (
      ["synthesize", "--users", "3", "--items", "3", "--interactions", "3", "--seed", "-1"],
      ["'-1' is invalid for '--seed"]
    ),
    (["train", "x", "-o", "m", "--threads", "-1"], ["--threads is -1, but it must be 1 or more"]),
    (["train", "x", "-o", "m", "--factors", "-8"], ["factors is -8"]),
    (["train", "x", "-o", "m", "--iterations", "-8"], ["iterations is -8"]),
    (["train", "x", "-o", "m", "--regularization", "-.5"], ["regularization is -0.5"]),
    (["train", "x", "-o", "m", "--alpha", "-1e3"], ["alpha is -1000.0"]),
    (["train", "x", "-o", "m", "--checkpoint", "c", "--checkpoint-every", "-1"], ["--checkpoint-every is -1, but"]),
    (
      ["train", "x", "-o", "m", "--checkpoint", "c", "--checkpoint-seconds", "-1"],
      ["--checkpoint-seconds is -1.0, but"]
    ),
    (["recommend", "x", "--all", "--count", "-1"], ["--count is -1, but it must be 1 or more"]),
    (["evaluate", "x", "y", "--resamples", "-1"], ["--resamples is -1, but it must be 0 or more"]),
    (["convert", "x", "-o", "y", "--memory", "-1"], ["'-1' is invalid for '--memory"]),
    (["tune", "x", "--budget", "-5m"], ["'-5m' is invalid for '--budget"]),
    // Others are told as before.
    (["recommend", "x", "--all", "-5"], ["Unknown option '-5'"]),
    (["train", "x", "-o", "m", "--seed"], ["Missing value for '--seed"]),
    (["train", "x", "-o", "m", "--seed", "--quiet"], ["Missing value for '--seed"]),
  ])
  func theMessageSaysWhatIsWrong(arguments: [String], parts: [String]) throws {
    let folder = try Scratch()
    defer { withExtendedLifetime(folder) {} }
    let run = try Program.shell("cd \"$1\"; shift; exec \"$0\" \"$@\"", [folder.url.path] + arguments)
    #expect(run.status == 64, "\(arguments): \(run.errors)")
    for part in parts { #expect(run.errors.contains(part), "\(arguments): \(run.errors)") }
    #expect(try folder.files.isEmpty)
  }
}
