"""A proxy between weir and a workspace that does to requests and answers what networks and services do.

It speaks HTTP over real sockets, one request a connection. A test gives it faults; each is asked about every request,
in order, and the first that answers something decides. It keeps what it saw.

    with FaultProxy(weir) as proxy:
        proxy.add(on("runs/submit", lost(), times=2))
"""

import json
import random
import socket
import struct
import threading
import time
from contextlib import suppress
from typing import NamedTuple

PATIENCE_SECONDS = 60


class Seen(NamedTuple):
    """A request that came, and what was done with it."""

    method: str
    path: str
    body: bytes
    fault: str


class Request(NamedTuple):
    head: bytes
    body: bytes

    @property
    def line(self):
        return self.head.split(b"\r\n", 1)[0].decode()

    @property
    def method(self):
        return self.line.split(" ")[0]

    @property
    def target(self):
        return self.line.split(" ")[1]

    @property
    def whole(self):
        return self.head + self.body


class Exchange:
    """One request under way: what a fault may do with it."""

    def __init__(self, request, client, upstream):
        self.request, self.client, self._upstream = request, client, upstream

    def forward(self):
        """The workspace's whole answer."""
        with socket.create_connection(self._upstream(), PATIENCE_SECONDS) as there:
            there.sendall(self.request.whole)
            return read_message(there).whole

    def forward_part(self, count):
        """The first bytes of the request, and then nothing more."""
        with socket.create_connection(self._upstream(), PATIENCE_SECONDS) as there:
            there.sendall(self.request.whole[:count])
            reset(there)

    def answer(self, data):
        self.client.sendall(data)


def read_message(connection):
    """A request or an answer; both have a Content-Length or no body."""
    data = b""
    while b"\r\n\r\n" not in data:
        more = connection.recv(65536)
        if not more:
            raise ConnectionError("closed before a whole head")
        data += more
    head, _, body = data.partition(b"\r\n\r\n")
    lengths = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    length = int(lengths[0].split(b":")[1]) if lengths else 0
    while len(body) < length:
        more = connection.recv(65536)
        if not more:
            raise ConnectionError("closed before a whole body")
        body += more
    return Request(once(head) + b"\r\n\r\n", body)


def once(head):
    """The same head, for a connection that ends after it."""
    lines = [line for line in head.split(b"\r\n") if not line.lower().startswith((b"connection:", b"keep-alive:"))]
    return b"\r\n".join([*lines, b"Connection: close"])


def reset(connection):
    """Closes it the hard way: the other side sees a reset."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


# What can happen. Each makes a function of an Exchange.


def delayed(seconds):
    def happen(exchange):
        time.sleep(seconds)
        exchange.answer(exchange.forward())

    return happen


def lost(effect=True):
    """No answer; the workspace has done what it was asked, or has never heard of it."""

    def happen(exchange):
        if effect:
            exchange.forward()
        reset(exchange.client)

    return happen


def cut_request(count):
    """The workspace gets so many bytes of the request, and weir a reset."""

    def happen(exchange):
        exchange.forward_part(count)
        reset(exchange.client)

    return happen


def cut_answer(count):
    """weir gets so many bytes of the answer, and a reset."""

    def happen(exchange):
        exchange.answer(exchange.forward()[:count])
        reset(exchange.client)

    return happen


def truncated():
    """An answer that is whole for HTTP, with half of its JSON."""

    def happen(exchange):
        body = exchange.forward().partition(b"\r\n\r\n")[2]
        exchange.answer(answer_of(200, body[: len(body) // 2]))

    return happen


def refused(status, code, effect=False, **headers):
    """An error in place of the workspace's answer, before or after the workspace did it."""

    def happen(exchange):
        if effect:
            exchange.forward()
        body = json.dumps({"error_code": code, "message": f"the proxy says {status}"}).encode()
        exchange.answer(answer_of(status, body, headers))

    return happen


class Moment:
    """An exchange stops here, before or after the workspace does what it was asked, until the test says how it ends.
    `part`: the workspace has got so many bytes of the request by then, and no more."""

    def __init__(self, effect, part=0):
        self._effect, self._part = effect, part
        self._is_there, self._is_over = threading.Event(), threading.Event()
        self._goes_on = False

    def __call__(self, exchange):
        if self._part:
            exchange.forward_part(self._part)
        answer = exchange.forward() if self._effect else None
        self._is_there.set()
        self._is_over.wait(PATIENCE_SECONDS)
        if self._goes_on:
            exchange.answer(answer or exchange.forward())
        else:
            reset(exchange.client)

    def wait(self):
        assert self._is_there.wait(PATIENCE_SECONDS), "the moment did not come"

    def end(self, goes_on=False):
        self._goes_on = goes_on
        self._is_over.set()


def reminted(exchange):
    """A bug that tests must see: each request that starts a run has a token of its own."""
    body = json.loads(exchange.request.body)
    body["idempotency_token"] += f"-{time.monotonic_ns()}"
    changed = json.dumps(body).encode()
    lines = exchange.request.head.split(b"\r\n")
    lines = [
        b"Content-Length: %d" % len(changed) if line.lower().startswith(b"content-length") else line for line in lines
    ]
    exchange.request = Request(b"\r\n".join(lines), changed)


def answer_of(status, body, headers=None):
    lines = [f"HTTP/1.1 {status} Said", "Content-Type: application/json", f"Content-Length: {len(body)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in (headers or {}).items()]
    return "\r\n".join([*lines, "Connection: close", "", ""]).encode() + body


# When it happens. Each makes a function of a Request that answers what happens, or None.


def on(path, fault, times=None, after=0):
    """To requests whose path ends so: the first so many, or all, once `after` of them have passed."""
    count = 0

    def choose(request):
        nonlocal count
        if not request.target.split("?")[0].endswith(path):
            return None
        count += 1
        return fault if after < count <= after + (times or count) else None

    return choose


def following(first, path, fault):
    """To requests whose path ends so, once there has been one whose path ends with `first`."""
    begun = False

    def choose(request):
        nonlocal begun
        begun |= request.target.split("?")[0].endswith(first)
        return fault if begun and request.target.split("?")[0].endswith(path) else None

    return choose


def seeded(seed, share, faults, path=""):
    """To that share of the requests, one of the faults, drawn anew for each."""
    dice, lock = random.Random(seed), threading.Lock()

    def choose(request):
        with lock:
            hit, fault = dice.random() < share, dice.choice(faults)
        return fault if hit and request.target.split("?")[0].endswith(path) else None

    return choose


class FaultProxy:
    """Between whoever asks `host` and the workspace of a weir (see harness.py), wherever that is at the moment."""

    def __init__(self, weir, listens=True):
        self._weir = weir
        self._faults, self._lock = [], threading.Lock()
        self.seen = []
        self.change = None  # made to each exchange before anything else
        self._listener = socket.socket()
        self._listener.bind(("127.0.0.1", 0))
        self.host = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        if listens:
            self.listen()

    def listen(self):
        """Before that, whoever wants to connect is refused."""
        self._listener.listen(512)
        threading.Thread(target=self._serve, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def environment(self):
        """What a weir is started with to ask this proxy in place of its own workspace."""
        return {"WEIR_WORKSPACE": "", "DATABRICKS_HOST": self.host, "DATABRICKS_TOKEN": self._weir.token()}

    def add(self, *faults):
        with self._lock:
            self._faults += faults

    def calm(self):
        """From now on everything passes."""
        with self._lock:
            self._faults.clear()

    def count(self, path):
        return sum(seen.path.endswith(path) for seen in self.seen)

    def _upstream(self):
        server = self._weir.server()
        return server["host"], server["port"]

    def _serve(self):
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                threading.Thread(target=self._handle, args=[client], daemon=True).start()

    def _addressed(self, request):
        """To the workspace itself, which answers to no other name."""
        host = "Host: {}:{}".format(*self._upstream()).encode()
        lines = [host if line.lower().startswith(b"host:") else line for line in request.head.split(b"\r\n")]
        return Request(b"\r\n".join(lines), request.body)

    def _handle(self, client):
        with suppress(OSError), client:
            client.settimeout(PATIENCE_SECONDS)
            request = self._addressed(read_message(client))
            with self._lock:
                fault = next(filter(None, (choose(request) for choose in self._faults)), None)
                name = getattr(fault, "__qualname__", "moment").split(".")[0] if fault else ""
                self.seen.append(Seen(request.method, request.target.split("?")[0], request.body, name))
            exchange = Exchange(request, client, self._upstream)
            if self.change and request.body:
                self.change(exchange)
            if fault:
                fault(exchange)
            else:
                exchange.answer(exchange.forward())
