#!/usr/bin/python3
"""Serves HTTP on the socket that systemd passes as descriptor 3, and opens none of its own."""
import http.server
import os
import socket


class Greeter(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = b"activated\n"
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


if os.environ.get("LISTEN_FDS") != "1" or int(os.environ["LISTEN_PID"]) != os.getpid():
    raise SystemExit("activated.py: no socket was passed")
server = http.server.ThreadingHTTPServer(("", 0), Greeter, bind_and_activate=False)
server.socket = socket.socket(fileno=3)
server.serve_forever()
