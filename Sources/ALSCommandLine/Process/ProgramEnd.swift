import ALSPlatform
import Foundation

/// The end of a program whose outputs are in their places.
public enum ProgramEnd {
  /// Ends the process.
  ///
  /// A thread of OpenBLAS that could not have its memory, when addresses are limited, asks for it without end, and OpenBLAS
  /// waits for it at `exit`; so that is left out then.
  public static func exit(_ code: Int32) -> Never {
    if AvailableMemory.limitsAddresses {
      fflush(nil)
      _exit(code)
    }
    Foundation.exit(code)
  }
}
