"""Bodies that are too large, too deep, too slow or without end: a quick answer, flat memory, and others go on."""

import json
import socket
import statistics
import sys
import threading
import time
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPResponse

import pytest

from accounts.models import ApiToken, User
from tests.faults.web import Web

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads the worker's memory from /proc")
MB = 1024 * 1024
ADDRESSES = ["/api/v1/complaints/", "/sign-in/"]


@pytest.fixture
def web(transactional_db: None) -> Iterator[Web]:
    with Web() as running:
        yield running


@pytest.fixture
def secret(transactional_db: None, ada: User) -> str:
    return ApiToken.objects.issue(by=ada, name="bodies", scopes=["read", "write"])[1]


def begin(web: Web, path: str, secret: str, *headers: str) -> socket.socket:
    line = socket.create_connection(("127.0.0.1", web.port), timeout=10)
    head = [f"POST {path} HTTP/1.1", "Host: localhost", f"Authorization: Bearer {secret}", *headers, "", ""]
    line.sendall("\r\n".join(head).encode())
    return line


def answer(line: socket.socket) -> tuple[int, bytes]:
    reply = HTTPResponse(line)
    reply.begin()
    return reply.status, reply.read()


@pytest.mark.parametrize("path", ADDRESSES)
@pytest.mark.parametrize("kind", ["application/json", "multipart/form-data; boundary=b"])
def test_a_hundred_megabytes_are_refused_at_once_and_not_read(web: Web, secret: str, path: str, kind: str) -> None:
    before, started = web.memory(), time.monotonic()
    line = begin(web, path, secret, f"Content-Type: {kind}", f"Content-Length: {100 * MB}")
    line.sendall(b"x" * 1000)
    status, _ = answer(line)
    assert status == 413 and time.monotonic() - started < 1
    assert web.memory() - before < 50 * MB


@pytest.mark.parametrize("path", ADDRESSES)
def test_a_body_without_end_is_asked_for_its_length(web: Web, secret: str, path: str) -> None:
    line = begin(web, path, secret, "Content-Type: application/json", "Transfer-Encoding: chunked")
    started = time.monotonic()
    line.sendall(b"400\r\n" + b"x" * 1024 + b"\r\n")
    assert answer(line)[0] == 411 and time.monotonic() - started < 1


def test_ten_megabytes_of_words_are_refused_in_a_sentence(web: Web, secret: str) -> None:
    before, started = web.memory(), time.monotonic()
    body = json.dumps({"account": "A-1", "words": "x" * 10 * MB}).encode()
    line = begin(web, ADDRESSES[0], secret, "Content-Type: application/json", f"Content-Length: {len(body)}")
    line.sendall(body)
    status, said = answer(line)
    assert status == 400 and b"100000" in said.replace(b",", b"")
    assert time.monotonic() - started < 2 and web.memory() - before < 60 * MB


def test_json_that_is_nested_ten_thousand_deep_is_refused(web: Web, secret: str) -> None:
    body = b'{"words":' + b"[" * 10_000 + b"]" * 10_000 + b"}"
    line = begin(web, ADDRESSES[0], secret, "Content-Type: application/json", f"Content-Length: {len(body)}")
    line.sendall(body)
    assert answer(line)[0] == 400


def test_a_million_fields_are_refused(web: Web, secret: str) -> None:
    body = b"a=1&" * 1_000_000
    kind, token = "Content-Type: application/x-www-form-urlencoded", "t" * 32
    csrf = (f"Cookie: csrftoken={token}", f"X-CSRFToken: {token}")
    started = time.monotonic()
    line = begin(web, "/sign-in/", secret, kind, *csrf, f"Content-Length: {len(body)}")
    line.sendall(body)
    assert answer(line)[0] == 400 and time.monotonic() - started < 2


def test_slow_bodies_keep_nobody_waiting(web: Web, secret: str) -> None:
    slow = [begin(web, ADDRESSES[0], secret, "Content-Type: application/json", "Content-Length: 1000")
            for _ in range(2)]  # fmt: skip
    over = threading.Event()

    def drip() -> None:
        while not over.wait(0.2):
            for line in slow:
                line.sendall(b"x")

    dripping = threading.Thread(target=drip)
    dripping.start()
    times, others = [], HTTPConnection("127.0.0.1", web.port, timeout=10)
    try:
        for _ in range(20):
            started = time.monotonic()
            others.request("GET", "/sign-in/")
            assert others.getresponse().read()
            times.append(time.monotonic() - started)
    finally:
        over.set()
        dripping.join()
    assert statistics.quantiles(times, n=20)[-1] < 0.5
