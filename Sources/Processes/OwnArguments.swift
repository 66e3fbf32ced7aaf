import CSpawn
import Glibc

/// The arguments of this very program, byte for byte: Swift's own would repair what is not UTF-8, and need `/proc`.
package enum OwnArguments {
  /// The arguments behind the program's name.
  package static var bytes: [[UInt8]] {
    (1..<max(cspawn_argument_count(), 1)).compactMap { index in
      guard let argument = unsafe cspawn_argument(index) else { return nil }
      return unsafe Array(UnsafeRawBufferPointer(start: argument, count: strlen(argument)))
    }
  }
}
