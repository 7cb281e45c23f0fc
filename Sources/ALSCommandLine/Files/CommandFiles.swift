import ALS
import ALSPlatform
import ArgumentParser

/// A command that says which files it reads and writes.
protocol CommandWithFiles: ParsableCommand {
  /// All of them, as they were named.
  var files: CommandFiles { get }
}

/// The files that a command reads and those that it writes.
///
/// A checkpoint or a log that a job goes on from is one that it writes.
struct CommandFiles {
  private struct File {
    /// What the user knows it as, such as `--output`.
    let role: String
    let path: String
    /// Whether it was named, and is not standard output for want of a name.
    var isNamed = true
    /// What `-` stands for.
    let stream: Int32

    /// The descriptor that is used as it is.
    var descriptor: Int32? { path == "-" ? stream : StandardDescriptors.named(path) }
    var identity: FileIdentity? { descriptor.map { FileIdentity(descriptor: $0) } ?? FileIdentity(path: path) }
  }

  private var inputs: [File]
  private var outputs: [File]

  /// Files by their roles; what is `nil` was not asked for.
  init(reading inputs: KeyValuePairs<String, String?> = [:], writing outputs: KeyValuePairs<String, String?> = [:]) {
    func files(_ named: KeyValuePairs<String, String?>, _ stream: Int32) -> [File] {
      named.compactMap { role, path in path.map { File(role: role, path: $0, stream: stream) } }
    }
    (self.inputs, self.outputs) = (files(inputs, 0), files(outputs, 1))
  }

  /// Results, which go to standard output when no file is named.
  init(results path: String?) {
    inputs = []
    outputs = [
      File(role: path == nil ? "standard output" : "--output", path: path ?? "-", isNamed: path != nil, stream: 1)
    ]
  }

  static func + (left: Self, right: Self) -> Self {
    var sum = left
    sum.inputs += right.inputs
    sum.outputs += right.outputs
    return sum
  }

  /// Throws when an output would overwrite an input or another output, or a stream is named for two things.
  ///
  /// Devices and pipes may have several uses, such as `/dev/null`.
  func check() throws {
    let readers = inputs.filter { $0.descriptor == 0 }
    if readers.count > 1 {
      throw ALSError(
        .configuration,
        "standard input is both \(readers[0].role) and \(readers[1].role), but it can be read once. Save it to a file first."
      )
    }
    let writers = outputs.filter { $0.isNamed && $0.descriptor == 1 }
    if writers.count > 1 {
      throw ALSError(
        .configuration,
        "standard output is both \(writers[0].role) and \(writers[1].role). Name a file for one of them.")
    }
    var known = inputs.map { (file: $0, identity: $0.identity) }
    for output in outputs {
      guard let identity = output.identity else { continue }
      if let other = known.first(where: { $0.identity == identity })?.file {
        let name = other.path == output.path || other.path == "-" ? other.role : "\(other.role) \(other.path)"
        throw ALSError(
          .configuration,
          "\(output.isNamed && output.path != "-" ? output.path : "standard output"): \(output.role) would overwrite "
            + "\(name), which is the same file. Name another file.")
      }
      known.append((output, identity))
    }
  }
}
