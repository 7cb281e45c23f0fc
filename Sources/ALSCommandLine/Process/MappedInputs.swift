import ALSPlatform
import Foundation

/// What happens when an input that is mapped into memory is written to in place.
enum MappedInputs {
  /// Called once: a file that is cut ends the program in words.
  static func install() {
    MappedFileFailure.handle { message in
      UnfinishedFiles.removeAll()
      StandardError.report(message)
      _exit(74)
    }
  }
}
