import ArgumentParser

/// Whether anything but errors is said.
struct QuietOption: ParsableArguments {
  @Flag(name: .shortAndLong, help: "Say nothing but errors.")
  var quiet = false

  func validate() throws {
    if quiet { StandardError.silence() }
  }
}
