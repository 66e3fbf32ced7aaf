import Glibc

/// Whom a TLS connection trusts, and as whom it comes; files in PEM.
package struct TLSSettings: Sendable, Hashable {
  /// How large a file of certificates or a key may be, in bytes.
  package static let fileLimit = 1 << 20

  /// The authorities that are trusted instead of the system's.
  package var authorities: String?
  /// This side's certificate.
  package var certificate: String?
  /// Its key; nil if it stands in ``certificate``.
  package var key: String?
  /// Whether any certificate is taken, whoever signed it and for whatever host.
  package var isInsecure = false

  /// The system's authorities, no certificate.
  package init() {}

  /// Refuses files that cannot be used. libcurl would open what is there, also a FIFO, and wait.
  func validate() throws(HTTPError) {
    for case .some(let path) in [authorities, certificate, key] {
      let descriptor = unsafe open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)
      guard descriptor >= 0 else {
        let number = errno
        let reason = unsafe String(cString: strerror(number))
        throw HTTPError(.unusableFile, "cannot read \(path): \(reason)", errno: number)
      }
      defer { close(descriptor) }
      var status = stat()
      guard unsafe fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
        (1...Self.fileLimit).contains(Int(status.st_size))
      else {
        let limit = Self.fileLimit >> 20
        throw HTTPError(
          .unusableFile, "\(path) is no file of certificates: it is empty or above \(limit) MiB")
      }
    }
  }
}
