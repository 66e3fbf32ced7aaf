"""Where the children report: a FIFO for their start stamps, a datagram socket for READY=1."""

import os
import select
import socket
import time


class TooLate(Exception):
    """What was waited for did not come within its time."""


class Board:
    """Reads the lines "TAG PID NANOSECONDS" that children write when their main() begins."""

    def __init__(self, path):
        self.path = path
        self.latest = {}  # tag -> (pid, stamp)
        self._rest = b""
        os.mkfifo(path)
        os.chmod(path, 0o666)  # a service under User= writes too, whatever the umask says
        # Open for both ways: never at its end, even while no child has it open.
        self._file = os.open(path, os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)
        self._poll = select.poll()
        self._poll.register(self._file, select.POLLIN)

    def wait(self, tag, after, timeout):
        """Gives (pid, stamp) of the child `tag` that began after the stamp `after`."""
        deadline = time.monotonic() + timeout
        while True:
            found = self.latest.get(tag)
            if found and found[1] > after:
                return found
            self._read(deadline)

    def wait_all(self, tags, after, timeout, pause=0.005):
        """As `wait` for many: sleeps between looks, so that it takes no part in what it measures."""
        deadline = time.monotonic() + timeout
        missing = set(tags)
        while True:
            missing = {tag for tag in missing if self.latest.get(tag, (0, 0))[1] <= after}
            if not missing:
                return [self.latest[tag] for tag in tags]
            time.sleep(pause)
            try:
                self._read(deadline)
            except TooLate:
                raise TooLate(f"{len(missing)} of {len(tags)} children did not come back") from None

    def _read(self, deadline):
        left = deadline - time.monotonic()
        if left <= 0 or not self._poll.poll(left * 1000):
            raise TooLate("no child came")
        *lines, self._rest = (self._rest + os.read(self._file, 65536)).split(b"\n")
        for line in lines:
            tag, pid, stamp = line.split()
            self.latest[tag.decode()] = (int(pid), int(stamp))


class Notifications:
    """The service manager's end of NOTIFY_SOCKET."""

    def __init__(self, path):
        self.path = path
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(path)
        os.chmod(path, 0o666)

    def forget(self):
        """Drops what earlier senders left."""
        self._socket.setblocking(False)
        try:
            while self._socket.recv(65536):
                pass
        except BlockingIOError:
            pass

    def wait_ready(self, timeout):
        """Gives the stamp when READY=1 arrived."""
        deadline = time.monotonic() + timeout
        while True:
            self._socket.settimeout(max(0.001, deadline - time.monotonic()))
            try:
                # Descriptors that come along are closed by the kernel, which is the answer to BARRIER=1.
                message = self._socket.recv(65536)
            except TimeoutError:
                raise TooLate("no READY=1 came") from None
            stamp = time.monotonic_ns()
            if b"READY=1" in message.split(b"\n"):
                return stamp
            if time.monotonic() > deadline:
                raise TooLate("no READY=1 came")
