#!/usr/bin/python3
"""Serves HTTP on the socket that systemd passes as descriptor 3, and opens none of its own."""
import http.server
import os
import socket
import socketserver


class Greeter(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = b"activated\n"
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


class Server(socketserver.ThreadingTCPServer):
    def __init__(self, descriptor):
        # TCPServer's own would make a socket first, which a service without a network may not.
        socketserver.BaseServer.__init__(self, ("", 0), Greeter)
        self.socket = socket.socket(fileno=descriptor)


if os.environ.get("LISTEN_FDS") != "1" or int(os.environ["LISTEN_PID"]) != os.getpid():
    raise SystemExit("activated.py: no socket was passed")
Server(3).serve_forever()
