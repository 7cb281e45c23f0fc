package import ALS
package import Foundation

extension FactorModel {
  /// Opens a private copy of a model's file.
  ///
  /// A model stays in its mapped file. Whoever writes over that file, rather than renaming another onto it, would change
  /// the scores of requests under way, or end the process when the file gets shorter. The copy has no name any more when
  /// this returns; it goes with the model. It takes the size of the model in `directory`.
  package init(copyOf path: String, in directory: URL = FileManager.default.temporaryDirectory) throws {
    let manager = FileManager.default
    let source = URL(fileURLWithPath: path).resolvingSymlinksInPath()
    let copy = directory.appendingPathComponent("model-\(UUID().uuidString).safetensors")
    defer { try? manager.removeItem(at: copy) }
    guard manager.isReadableFile(atPath: source.path) else {
      throw ALSError(.unreadable, "\(path): is not there or cannot be read.")
    }
    do {
      try manager.copyItem(at: source, to: copy)
    } catch {
      throw ALSError(
        .inputOutput,
        "\(path): cannot be copied to \(directory.path): \(error.localizedDescription) "
          + "Make room there, or set TMPDIR.")
    }
    do {
      try self.init(contentsOf: copy.path)
    } catch let error as ALSError {
      throw ALSError(error.kind, error.message.replacingOccurrences(of: copy.path, with: path))
    }
  }
}
