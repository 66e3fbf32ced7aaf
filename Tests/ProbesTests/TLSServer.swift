import Glibc
import Systemd

/// Servers that speak TLS with certificates of a throw-away authority, and some that should and do not.
@LoopActor
struct TLSServer {
  private nonisolated static let openssl = "/usr/bin/openssl"

  /// Why there can be none here; nil if there can.
  nonisolated static var complaint: String? { PythonServer.complaint(needing: [openssl]) }

  private let server: PythonServer
  /// The port of a server whose certificate is for 127.0.0.1 and www.upkeep.test.
  var port: UInt16 { get throws { try server.port(1) } }
  /// The port of one that wants a client's certificate too.
  var mutualPort: UInt16 { get throws { try server.port(2) } }
  /// The port of one that accepts and says nothing.
  var silentPort: UInt16 { get throws { try server.port(3) } }
  /// The port of one that sends the beginning of a handshake, byte by byte.
  var drippingPort: UInt16 { get throws { try server.port(4) } }
  /// The port of one that answers in plain text.
  var plainPort: UInt16 { get throws { try server.port(5) } }
  /// The folder of the files: `ca.pem`, `other.pem`, `client.pem` with its key, `client.crt`, `client.key`,
  /// `locked.key`, `stranger.pem`.
  var folder: String { server.words[0] }

  init() async throws { server = try await PythonServer(Self.script) }

  private static let script = #"""
    import os, socket, ssl, subprocess, sys, tempfile, threading, time

    def openssl(*words):
        subprocess.run(["/usr/bin/openssl", *words], check=True, stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL)

    def certificate(name, signer=None, names=None):
        words = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                 "-keyout", name + ".key", "-out", name + ".crt", "-subj", "/CN=upkeep test " + name]
        if signer:
            words += ["-CA", signer + ".crt", "-CAkey", signer + ".key",
                      "-addext", "basicConstraints=critical,CA:FALSE"]
        if names:
            words += ["-addext", "subjectAltName=" + names]
        openssl(*words)
        with open(name + ".pem", "w") as file:
            file.write(open(name + ".crt").read())
            if signer:
                file.write(open(name + ".key").read())

    def listen(serve):
        listener = socket.create_server(("127.0.0.1", 0), backlog=64)

        def loop():
            while True:
                connection, _ = listener.accept()
                threading.Thread(target=guarded, args=(serve, connection), daemon=True).start()

        threading.Thread(target=loop, daemon=True).start()
        return listener.getsockname()[1]

    def guarded(serve, connection):
        try:
            serve(connection)
        except OSError:
            pass
        finally:
            connection.close()

    def speak(context):
        def serve(connection):
            with context.wrap_socket(connection, server_side=True) as tls:
                head = b""
                while b"\r\n\r\n" not in head:
                    part = tls.recv(4096)
                    if not part:
                        return
                    head += part
                host = [line for line in head.decode().split("\r\n") if line.lower().startswith("host:")][0]
                body = f"name={getattr(tls, 'asked', None)} {host}\n"
                tls.sendall(f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode())
        return serve

    def context(mutual):
        made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        made.load_cert_chain("server.crt", "server.key")
        made.sni_callback = lambda tls, name, _: setattr(tls, "asked", name)
        if mutual:
            made.verify_mode = ssl.CERT_REQUIRED
            made.load_verify_locations("ca.crt")
        return made

    def drip(connection):
        connection.sendall(b"\x16\x03\x03\x40\x00\x02\x00\x3f\xfc")
        while True:
            connection.sendall(b"\x00")
            time.sleep(0.005)

    def plain(connection):
        connection.recv(4096)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")

    with tempfile.TemporaryDirectory(prefix="upkeep-tls-") as folder:
        os.chdir(folder)
        certificate("ca")
        certificate("other")
        certificate("server", "ca", "IP:127.0.0.1,DNS:www.upkeep.test")
        certificate("client", "ca")
        certificate("stranger", "other")
        openssl("pkey", "-in", "client.key", "-aes256", "-passout", "pass:secret", "-out", "locked.key")
        ports = [listen(serve) for serve in (speak(context(False)), speak(context(True)),
                                             lambda connection: connection.recv(1 << 30) and time.sleep(3600),
                                             drip, plain)]
        print(folder, *ports, flush=True)
        sys.stdin.read()
        os.chdir("/")
    """#
}
