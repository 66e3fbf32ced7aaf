import Glibc
import Systemd

/// A gRPC server of raw HTTP/2 frames, which answers each service's name in its own, mostly wrong way.
@LoopActor
struct HTTP2Server {
  private let server: PythonServer
  /// The port it listens on.
  var port: UInt16 { get throws { try server.port(0) } }

  /// Starts it; with TLS if there is a folder with `server.crt` and `server.key`.
  init(certificates folder: String = "") async throws {
    server = try await PythonServer(Self.script, folder)
  }

  private static let script = #"""
    import socket, ssl, sys, threading, time

    def frame(kind, flags, stream, payload=b""):
        return len(payload).to_bytes(3, "big") + bytes([kind, flags]) + stream.to_bytes(4, "big") + payload

    def line(name, value):
        return b"\x00" + b"".join(bytes([len(text)]) + text.encode() for text in (name, value))

    def message(payload, flag=0):
        return bytes([flag]) + len(payload).to_bytes(4, "big") + payload

    OK = b"\x88"
    HEAD = OK + line("content-type", "application/grpc")
    SERVING = message(b"\x08\x01")

    def answer(body=SERVING, status="0", head=HEAD, text=None):
        """Head, one message, trailers."""
        trailers = line("grpc-status", status) + (line("grpc-message", text) if text else b"")
        return frame(1, 4, 1, head) + frame(0, 0, 1, body) + frame(1, 5, 1, trailers)

    def failure(status, text=None):
        """Trailers alone, as servers refuse a call."""
        return frame(1, 5, 1, HEAD + line("grpc-status", status) + (line("grpc-message", text) if text else b""))

    SCRIPTS = {
        "": answer(),
        "serving": answer(),
        "extended": answer(message(b"\x10\x96\x01\x1a\x03abc\x25\x00\x00\x00\x00\x08\x01")),
        "not-serving": answer(message(b"\x08\x02")),
        "never-said": answer(message(b"")),
        "service-unknown": answer(message(b"\x08\x03")),
        "not-found": failure("5", "unknown service"),
        "unimplemented": failure("12", "unknown method"),
        "deadline": failure("4", "Deadline%20Exceeded"),
        "unavailable": failure("14", "no%1B[31m way%2"),
        "strange-status": failure("77"),
        "no-number": failure("ok"),
        "html": frame(1, 4, 1, OK + line("content-type", "text/html")) + frame(0, 1, 1, b"<html>"),
        "http-404": frame(1, 5, 1, b"\x8d"),
        "no-trailers": frame(1, 4, 1, HEAD) + frame(0, 1, 1, SERVING),
        "compressed": answer(message(b"\x08\x01", flag=1)),
        "garbage": answer(message(b"\xff" * 12)),
        "short": answer(b"\0\0\0\0\x09\x08\x01"),
        "two": answer(SERVING + SERVING),
        "group": answer(message(b"\x0b\x08\x01\x0c")),
        "large": answer(message(b"\x1a\x90\x4e" + b"x" * 10000)),
        "reset": frame(3, 0, 1, b"\0\0\0\x02"),
        "goaway": frame(7, 0, 0, b"\0\0\0\0\0\0\0\x0b"),
        "bad-frame": frame(1, 4, 1, b"\xff\xff\xff\xff\xff\xff"),
        "silence": b"",
        "close": None,
    }
    FLOODS = {
        "ping-flood": frame(6, 0, 0, b"12345678") * 50,
        "settings-flood": frame(4, 0, 0) * 50,
        "body-flood": frame(0, 0, 1, b"x" * 1000),
        "head-flood": frame(1, 4, 1, b"".join(line(f"x-{i}", "y" * 100) for i in range(100))),
        "interim-flood": frame(1, 4, 1, b"\x08\x03103" + line("x-a", "y" * 100)) * 20,
    }

    def exactly(connection, count):
        data = b""
        while len(data) < count:
            part = connection.recv(count - len(data))
            if not part:
                raise EOFError
            data += part
        return data

    def serve(connection):
        if exactly(connection, 24) != b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n":
            return
        connection.sendall(frame(4, 0, 0))
        asked = b""
        while True:
            head = exactly(connection, 9)
            payload = exactly(connection, int.from_bytes(head[:3], "big"))
            kind, flags = head[3], head[4]
            if kind == 4 and not flags & 1:
                connection.sendall(frame(4, 1, 0))
            if kind == 0:
                asked += payload
                if flags & 1:
                    break
        # The request as the protocol has it, byte by byte.
        name = asked[7:] if len(asked) > 5 else b""
        if asked != message(b"\x0a" + bytes([len(name)]) + name if name else b""):
            return
        name = name.decode()
        if name == "drip":
            for byte in answer() * 1000:
                connection.sendall(bytes([byte]))
                time.sleep(0.1)
        while name in FLOODS:
            if "body" in name or "head" in name:
                connection.sendall(frame(1, 4, 1, HEAD))
                while True:
                    connection.sendall(FLOODS[name])
            connection.sendall(FLOODS[name])
        script = SCRIPTS[name]
        if script is None:
            return
        connection.sendall(script)
        while True:
            exactly(connection, 1)

    context = None
    if sys.argv[1]:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(sys.argv[1] + "/server.crt", sys.argv[1] + "/server.key")
        context.set_alpn_protocols(["h2"])

    def guarded(connection):
        try:
            if context:
                connection = context.wrap_socket(connection, server_side=True)
            serve(connection)
        except (OSError, EOFError):
            pass
        finally:
            connection.close()

    listener = socket.create_server(("127.0.0.1", 0), backlog=64)

    def loop():
        while True:
            connection, _ = listener.accept()
            threading.Thread(target=guarded, args=(connection,), daemon=True).start()

    threading.Thread(target=loop, daemon=True).start()
    print(listener.getsockname()[1], flush=True)
    sys.stdin.read()
    """#
}
