import Glibc
import Systemd

/// A message bus on which somebody owns `org.upkeep.Hung`, `org.upkeep.Odd` and `org.upkeep.Short`.
///
/// The first never reads what it is sent, the second answers everything with UnknownMethod, the third leaves the bus
/// when it is asked.
@LoopActor
struct DBusServer {
  private nonisolated static let daemon = "/usr/bin/dbus-daemon"

  /// Why there can be none here; nil if there can.
  nonisolated static var complaint: String? { PythonServer.complaint(needing: [daemon]) }

  private let server: PythonServer
  /// Where the bus listens.
  var address: String { server.words[0] }

  init() async throws { server = try await PythonServer(Self.script) }

  /// Ends the bus.
  func stop() { server.stop() }

  private static let script = #"""
    import os, socket, struct, subprocess, sys, tempfile, threading

    def padded(data, size):
        return data + bytes(-len(data) % size)

    def text(value):
        return struct.pack("<I", len(value)) + value.encode() + b"\0"

    def message(kind, serial, fields, signature="", body=b""):
        array = b""
        for code, letter, value in fields:
            value = struct.pack("<I", value) if letter == "u" else text(value)
            array = padded(array, 8) + bytes([code, 1]) + letter.encode() + b"\0" + value
        if signature:
            array = padded(array, 8) + bytes([8, 1]) + b"g\0" + bytes([len(signature)]) + signature.encode() + b"\0"
        head = struct.pack("<cBBBIII", b"l", kind, 0, 1, len(body), serial, len(array))
        return padded(head + array, 8) + body

    DRIVER = "org.freedesktop.DBus"

    def call(serial, member, signature="", body=b""):
        fields = ((1, "o", "/org/freedesktop/DBus"), (2, "s", DRIVER), (3, "s", member), (6, "s", DRIVER))
        return message(1, serial, fields, signature, body)

    def exactly(connection, count):
        data = b""
        while len(data) < count:
            part = connection.recv(count - len(data))
            if not part:
                raise EOFError
            data += part
        return data

    def take(connection):
        """Kind, serial and sender of the next message."""
        head = exactly(connection, 16)
        size, serial, fields = struct.unpack("<III", head[4:])
        rest = exactly(connection, fields + -fields % 8 + size)
        index, sender = 0, None
        while index < fields:
            code, letter = rest[index], rest[index + 2:index + 3]
            index += 4
            if letter in (b"s", b"o"):
                length = struct.unpack("<I", rest[index:index + 4])[0]
                value = rest[index + 4:index + 4 + length].decode()
                index += 4 + length + 1
                if code == 7:
                    sender = value
            elif letter == b"g":
                index += rest[index] + 2
            else:
                index += 4
            index += -index % 8
        return head[1], serial, sender

    def own(name):
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.connect(path)
        connection.sendall(b"\0AUTH EXTERNAL " + str(os.getuid()).encode().hex().encode() + b"\r\n")
        line = b""
        while not line.endswith(b"\r\n"):
            line += exactly(connection, 1)
        connection.sendall(b"BEGIN\r\n" + call(1, "Hello"))
        connection.sendall(call(2, "RequestName", "su", padded(text(name), 4) + struct.pack("<I", 4)))
        # The reply to Hello, NameAcquired for each name, the reply to RequestName.
        for _ in range(4):
            take(connection)
        return connection

    def odd(connection):
        while True:
            kind, serial, sender = take(connection)
            if kind == 1:
                connection.sendall(message(3, 100 + serial, (
                    (4, "s", "org.freedesktop.DBus.Error.UnknownMethod"), (5, "u", serial), (6, "s", sender))))

    def short(connection):
        take(connection)
        connection.close()

    def guarded(serve, connection):
        try:
            serve(connection)
        except (OSError, EOFError):
            pass

    with tempfile.TemporaryDirectory(prefix="upkeep-dbus-") as folder:
        path = folder + "/bus"
        daemon = subprocess.Popen(["/usr/bin/dbus-daemon", "--session", "--nofork", "--nopidfile",
                                   "--address=unix:path=" + path, "--print-address=1"],
                                  stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
        daemon.stdout.readline()
        hung = own("org.upkeep.Hung")
        for serve, name in ((odd, "org.upkeep.Odd"), (short, "org.upkeep.Short")):
            threading.Thread(target=guarded, args=(serve, own(name)), daemon=True).start()
        print("unix:path=" + path, flush=True)
        sys.stdin.read()
        daemon.kill()
        daemon.wait()
    """#
}
