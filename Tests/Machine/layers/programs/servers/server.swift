// server PORT: answers each request with a sum over the letters of its path; one Dispatch block a connection.
import Dispatch
import Foundation
import Glibc

func answer(to request: String) -> String {
  let path = request.split(separator: " ").dropFirst().first ?? ""
  let sum = path.utf8.reduce(0) { $0 + Int($1) }
  // A program of Foundation's, to see that children can be started.
  let child = Process()
  child.executableURL = URL(fileURLWithPath: "/bin/true")
  try? child.run()
  child.waitUntilExit()
  return "swift \(sum) \(child.terminationStatus)\n"
}

func serve(_ connection: Int32) {
  var bytes = [UInt8](repeating: 0, count: 4096)
  let count = read(connection, &bytes, bytes.count)
  let body = answer(to: String(decoding: bytes.prefix(max(count, 0)), as: UTF8.self))
  let reply = Array("HTTP/1.0 200 OK\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)".utf8)
  _ = write(connection, reply, reply.count)
  close(connection)
}

signal(SIGPIPE, SIG_IGN)
let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
var yes: Int32 = 1
setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, 4)
var address = sockaddr_in()
address.sin_family = sa_family_t(AF_INET)
address.sin_port = (UInt16(CommandLine.arguments[1]) ?? 0).bigEndian
address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
let bound = withUnsafePointer(to: &address) { pointer in
  pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
    bind(listener, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
  }
}
guard bound == 0, listen(listener, 16) == 0 else { fatalError("cannot listen: \(errno)") }
while true {
  let connection = accept(listener, nil, nil)
  guard connection >= 0 else { continue }
  DispatchQueue.global(qos: .background).async { serve(connection) }
}
