import CHyperscan
import Glibc

/// libhs, opened with dlopen(3) when the first pattern needs it and kept open from then on.
///
/// It holds the addresses of the functions in use; `CHyperscan` calls them under the types of libhs's own header.
@safe
final class HyperscanLibrary: Sendable {
  /// Where the library may be found: Hyperscan and Vectorscan share the name.
  static let names = ["libhs.so.5", "libhs.so"]

  // Addresses of functions never change.
  nonisolated(unsafe) let compileMulti, freeCompileError, freeDatabase: UnsafeMutableRawPointer
  nonisolated(unsafe) let allocScratch, freeScratch, scan: UnsafeMutableRawPointer

  /// Opens the library and finds its functions.
  ///
  /// - Parameter names: file names for dlopen(3); the first that opens is taken.
  /// - Throws: which package to install, if none opens or one lacks a function.
  init(names: [String] = HyperscanLibrary.names) throws(PatternFailure) {
    var found: UnsafeMutableRawPointer?
    for name in names where unsafe found == nil { unsafe found = dlopen(name, RTLD_NOW | RTLD_LOCAL) }
    guard let handle = unsafe found else {
      let reason = unsafe dlerror().map { unsafe String(cString: $0) } ?? "dlopen failed"
      throw PatternFailure(
        index: nil,
        reason: "log patterns need the library libhs: install libhyperscan5 or libvectorscan5 (\(reason))")
    }
    func find(_ symbol: String) throws(PatternFailure) -> UnsafeMutableRawPointer {
      guard let address = unsafe dlsym(handle, symbol) else {
        throw PatternFailure(
          index: nil, reason: "libhs has no \(symbol): it is too old, install libhyperscan5 5.0 or newer")
      }
      return unsafe address
    }
    unsafe compileMulti = try find("hs_compile_multi")
    unsafe freeCompileError = try find("hs_free_compile_error")
    unsafe freeDatabase = try find("hs_free_database")
    unsafe allocScratch = try find("hs_alloc_scratch")
    unsafe freeScratch = try find("hs_free_scratch")
    unsafe scan = try find("hs_scan")
  }
}
