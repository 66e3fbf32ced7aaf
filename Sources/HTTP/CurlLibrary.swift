import CCurl
import Glibc
package import Systemd

/// libcurl, opened with dlopen(3) when the first request needs it and kept open from then on.
///
/// It holds the addresses of the functions in use; `CCurl` calls them under the types of libcurl's own header.
@LoopActor @safe
package final class CurlLibrary {
  /// Where libcurl may be found: the usual build first, then the one that Debian builds with GnuTLS.
  package static let names = ["libcurl.so.4", "libcurl-gnutls.so.4"]

  let easyInit, easyCleanup, easySetopt, easyGetinfo, easyStrerror: UnsafeMutableRawPointer
  let listAppend, listFree: UnsafeMutableRawPointer
  let multiInit, multiCleanup, multiSetopt, multiAdd, multiRemove: UnsafeMutableRawPointer
  let multiSocketAction, multiInfoRead: UnsafeMutableRawPointer
  let urlInit, urlCleanup, urlSet, urlGet, free: UnsafeMutableRawPointer

  /// Opens the library and finds its functions.
  ///
  /// - Parameter names: file names for dlopen(3); the first that opens is taken.
  /// - Throws: `libraryMissing` if none opens or one lacks a function; says which package to install.
  package init(names: [String] = CurlLibrary.names) throws(HTTPError) {
    let table = try SymbolTable(names: names)
    unsafe easyInit = try table.find("curl_easy_init")
    unsafe easyCleanup = try table.find("curl_easy_cleanup")
    unsafe easySetopt = try table.find("curl_easy_setopt")
    unsafe easyGetinfo = try table.find("curl_easy_getinfo")
    unsafe easyStrerror = try table.find("curl_easy_strerror")
    unsafe listAppend = try table.find("curl_slist_append")
    unsafe listFree = try table.find("curl_slist_free_all")
    unsafe multiInit = try table.find("curl_multi_init")
    unsafe multiCleanup = try table.find("curl_multi_cleanup")
    unsafe multiSetopt = try table.find("curl_multi_setopt")
    unsafe multiAdd = try table.find("curl_multi_add_handle")
    unsafe multiRemove = try table.find("curl_multi_remove_handle")
    unsafe multiSocketAction = try table.find("curl_multi_socket_action")
    unsafe multiInfoRead = try table.find("curl_multi_info_read")
    unsafe urlInit = try table.find("curl_url")
    unsafe urlCleanup = try table.find("curl_url_cleanup")
    unsafe urlSet = try table.find("curl_url_set")
    unsafe urlGet = try table.find("curl_url_get")
    unsafe free = try table.find("curl_free")
    let code = try unsafe ccurl_global_init(table.find("curl_global_init"))
    guard code == CURLE_OK else {
      throw HTTPError(.outOfResources, "libcurl did not start: \(text(of: code))")
    }
  }

  /// libcurl's sentence for a result.
  func text(of code: CURLcode) -> String {
    unsafe String(cString: ccurl_easy_strerror(easyStrerror, code))
  }
}

/// The handle of an opened library. It is never closed: libcurl's TLS libraries register exit handlers.
@safe
private struct SymbolTable {
  private let name: String
  private let handle: UnsafeMutableRawPointer

  init(names: [String]) throws(HTTPError) {
    var reason = "no library named"
    for name in names {
      if let handle = unsafe dlopen(name, RTLD_NOW | RTLD_LOCAL) {
        self.name = name
        unsafe self.handle = handle
        return
      }
      reason = unsafe dlerror().map { unsafe String(cString: $0) } ?? "dlopen failed"
    }
    throw HTTPError(.libraryMissing, "HTTP needs libcurl: install libcurl4 (\(reason))")
  }

  func find(_ symbol: String) throws(HTTPError) -> UnsafeMutableRawPointer {
    guard let address = unsafe dlsym(handle, symbol) else {
      throw HTTPError(
        .libraryMissing, "\(name) has no \(symbol): it is too old, install libcurl4 7.62 or newer")
    }
    return unsafe address
  }
}
