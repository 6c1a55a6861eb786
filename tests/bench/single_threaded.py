"""The plainest server that a charger could poll: what a short script of an owner might be.

One thread, one connection at a time, one fixed JSON document, closed after each reply.
Usage: single_threaded.py FILE, the document.
"""

import socket
import sys

PATH = "/api/v1/values.json"


def reply(status, body):
    head = (
        f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    )
    return head.encode() + body


def request_line(connection):
    """The first line of a request, of which the rest is read and left alone."""
    received = b""
    while b"\r\n\r\n" not in received:
        more = connection.recv(4096)
        if not more:
            break
        received += more
    return received.split(b"\r\n", 1)[0].decode("latin-1")


def main():
    with open(sys.argv[1], "rb") as file:
        good = reply("200 OK", file.read())
    unknown = reply("404 Not Found", b"{}")
    with socket.create_server(("127.0.0.1", 0), backlog=128) as server:
        print(f"listening on http://127.0.0.1:{server.getsockname()[1]}", flush=True)
        while True:
            connection, _ = server.accept()
            with connection:
                line = request_line(connection)
                connection.sendall(good if line.startswith(f"GET {PATH} ") else unknown)


main()
