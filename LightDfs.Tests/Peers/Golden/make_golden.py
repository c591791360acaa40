#!/usr/bin/env python3
"""Second, independent implementation of what machines send each other. Prints the constants of GoldenBytes.cs.

The samples are those of Samples.cs. Integers are little-endian, ids and digests big-endian, texts and bytes have a 4-byte length before them.
"""
import datetime
import hashlib
import hmac
import struct


def machine(number):
    return bytes([number * 0x11] * 16)


def run(data):
    return struct.pack("<i", len(data)) + data


def text(value):
    return run(value.encode())


CLOCK = int(datetime.datetime(2026, 8, 1, 12, 30, 45, tzinfo=datetime.timezone.utc).timestamp()) * 1000 + 678
HASH = hashlib.sha256(b"hello").digest()
PAYLOAD = b"\xaa\xbb"

card = (
    machine(1)
    + struct.pack("<Q", 0x0102030405060708)  # incarnation
    + struct.pack("<q", 3)  # start
    + bytes.fromhex("c1c2c3c4c5c6c7c8c9cacbcccdcecfc0")  # cluster
    + b"\x01"  # holds data
    + bytes.fromhex("d1d2d3d4d5d6d7d8d9dadbdcdddedfd0")  # membership
    + struct.pack("<q", CLOCK)
)
request = (
    b"\x01"  # format
    + b"\x05"  # store
    + machine(2)
    + struct.pack("<Q", 0x1112131415161718)  # target incarnation
    + text("http://b:5000")
    + card
    + struct.pack("<Qq", 77, 5)  # counter, body length
    + run(HASH)
    + run(PAYLOAD)
)
reply = b"\x01" + card + run(HASH) + run(PAYLOAD)
report = (
    b"\x01"
    + b"\x01"  # serving
    + struct.pack("<q", 1767225600000)  # started
    + struct.pack("<qqqqq", 1000, 2, 30, 123456789, 987654321)  # replicas, damaged, tombstones, bytes, free bytes
    + b"\x00"  # full
    + text("é")
    + struct.pack("<ii", 3, 8 * 1024 * 1024)  # replicas wanted, segment size
    + text("rendezvous/1")
    + struct.pack("<ii", 16, 1)  # partition bits, segment format
    + b"\x00"  # leaving
    + struct.pack("<qq", 1767312000000, 1767398400000)  # round begun, verified since
    + struct.pack("<qqq", 5, 6, 7)  # missing, strays, set aside
    + struct.pack("<i", 2) + machine(2) + struct.pack("<i", 30) + machine(3) + struct.pack("<i", 900)  # machines seen down
)


def key(name, secret):
    return hashlib.sha256(text("LightDfs key 1") + text(name) + text(secret)).digest()


def proof_of_request(secret):
    return hmac.new(key("lightdfs", secret), b"LightDfs request 1\n" + request, hashlib.sha256).digest()


def proof_of_reply(secret, status, body_length):
    proof = proof_of_request(secret)
    message = b"LightDfs reply 1\n" + struct.pack("<iiq", status, len(proof), body_length) + proof + reply
    return hmac.new(key("lightdfs", secret), message, hashlib.sha256).digest()


for name, value in [
    ("Card", card),
    ("Request", request),
    ("Reply", reply),
    ("Report", report),
    ("RequestProof", proof_of_request("correct horse battery staple")),
    ("ReplyProof", proof_of_reply("correct horse battery staple", 3, 5)),
    ("RequestProofWithoutSecret", proof_of_request("")),
]:
    print(f'    public const string {name} = "{value.hex().upper()}";')
