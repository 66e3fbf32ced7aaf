import CCurl
import Glibc

extension HTTPError.Code {
  /// The kind of failure that a result of libcurl stands for.
  ///
  /// - Parameters:
  ///   - code: not CURLE_OK.
  ///   - errno: the system's error number of the last connection, or 0.
  init(_ code: CURLcode, errno: Int32) {
    switch code {
    case CURLE_OPERATION_TIMEDOUT: self = .timedOut
    case CURLE_COULDNT_RESOLVE_HOST: self = .noSuchHost
    case CURLE_COULDNT_CONNECT:
      // A firewall or a sandbox on this side answers so, never the server.
      self = errno == EACCES || errno == EPERM ? .notPermitted : .couldNotConnect
    case CURLE_OUT_OF_MEMORY, CURLE_FAILED_INIT, CURLE_SSL_ENGINE_INITFAILED:
      self = .outOfResources
    case CURLE_SSL_CACERT_BADFILE, CURLE_SSL_CERTPROBLEM: self = .unusableFile
    case CURLE_URL_MALFORMAT: self = .invalidRequest
    case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CIPHER, CURLE_SSL_ISSUER_ERROR,
      CURLE_SSL_INVALIDCERTSTATUS, CURLE_USE_SSL_FAILED:
      self = .tls
    case CURLE_GOT_NOTHING, CURLE_RECV_ERROR, CURLE_SEND_ERROR, CURLE_PARTIAL_FILE: self = .connectionLost
    // A result of its own from libcurl 8.6 on: its limit for heads, which is above ours.
    case CURLcode(rawValue: 100): self = .headTooLarge
    default: self = .protocolViolation
    }
  }
}
