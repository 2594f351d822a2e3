"""The network, and sockets that lead out without one.

Every address is a listener of the test's own on the host's loopback. That nothing else can be
reached is seen without a packet: there are no interfaces, and no routes.
"""

import os
import socket
import struct

from .kit import attack, got, read, trap


def connect(family, kind, address):
    """Say something to it."""
    with socket.socket(family, kind) as client:
        client.settimeout(1)
        client.connect(address)
        got(f"a connection to {address}")
        client.send(trap()["tag"].encode())


def attempt(family, kind, address):
    try:
        connect(family, kind, address)
    except OSError:
        return


@attack(bites=True)
def tcp_over_ipv4():
    attempt(socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", trap()["tcp4"]))
    attempt(socket.AF_INET, socket.SOCK_STREAM, ("localhost", trap()["tcp4"]))


@attack(bites=True)
def tcp_over_ipv6():
    if trap()["tcp6"]:
        attempt(socket.AF_INET6, socket.SOCK_STREAM, ("::1", trap()["tcp6"]))
        attempt(socket.AF_INET6, socket.SOCK_STREAM, ("::ffff:127.0.0.1", trap()["tcp4"]))


@attack(bites=True)
def udp_and_a_query_for_a_name():
    """A secret that leaves as a name to look up is as gone as one in a connection."""
    label = trap()["tag"][:60].encode()
    query = struct.pack(">6H", 1, 256, 1, 0, 0, 0) + bytes([len(label)]) + label + b"\0\0\1\0\1"
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.settimeout(0.3)
        try:
            client.sendto(query, ("127.0.0.1", trap()["udp"]))
            if client.recv(64):
                got("an answer to a query")
        except OSError:
            return


@attack(bites=True)
def abstract_sockets():
    """They have no path: no file system hides them."""
    attempt(socket.AF_UNIX, socket.SOCK_STREAM, "\0" + trap()["abstract"])
    if f"@{trap()['abstract']}".encode() in read("/proc/net/unix"):
        got("the list of the host's sockets")


@attack(bites=True)
def sockets_with_a_path():
    for way in ("", "/proc/1/root", "/proc/self/root"):
        attempt(socket.AF_UNIX, socket.SOCK_STREAM, way + trap()["socket"])


@attack()
def interfaces_and_routes():
    """A datagram socket that is connected sends nothing; it only asks for the way."""
    names = [name for _, name in socket.if_nameindex()]
    for name in names:
        if name != "lo" and int(read(f"/sys/class/net/{name}/flags") or b"1", 16) & 1:
            got(f"the interface {name}")
    if len(read("/proc/net/route").splitlines()) > 1:
        got("a route")
    for family, address in ((socket.AF_INET, "192.0.2.1"), (socket.AF_INET6, "2001:db8::1")):
        with socket.socket(family, socket.SOCK_DGRAM) as client:
            try:
                client.connect((address, 9))
            except OSError:
                continue
            got(f"a way to {address}")


@attack()
def sockets_of_other_kinds():
    for name, family, kind in (
        ("raw", socket.AF_INET, socket.SOCK_RAW),
        ("packet", socket.AF_PACKET, socket.SOCK_RAW),
        # No network namespace holds it, and it leads to the machine below this one. It is made,
        # and never connected: there is no listener of ours at its other end.
        ("vsock", 40, socket.SOCK_STREAM),
    ):
        try:
            socket.socket(family, kind, 1 if name == "raw" else 0).close()
        except OSError:
            continue
        got(f"a {name} socket")


@attack()
def a_new_interface():
    """A tunnel of our own, or the one that is down brought up."""
    for path in ("/dev/net/tun", "/dev/vhost-net", "/dev/vhost-vsock", "/dev/vsock"):
        try:
            os.close(os.open(path, os.O_RDWR))
        except OSError:
            continue
        got(path)
