"""Writes golden-ids.json, golden-rings.json, golden-token-rings.json and golden-vectors.json: what ids and rings must be, computed a second time.

It is written from the rules alone (the remarks of RendezvousScore, RendezvousHashRing, TokenHashRing, RingFingerprint and FileId, and the
public specification of XXH3) and shares nothing with the C# code: big integers instead of wrapping words, sorting instead of one-pass
selection, long division instead of a CRC table.

To regenerate, with Python 3.8 or later and nothing installed:

    python3 make_golden.py

Results that differ from the committed ones mean that placement or ids changed, which breaks every existing cluster.
"""
import bisect
import hashlib
import json
import os
import struct

M32, M64, M128 = (1 << 32) - 1, (1 << 64) - 1, (1 << 128) - 1

# ---- XXH3, the first 64 bytes of its default secret and its path for inputs of 9 to 16 bytes

SECRET = bytes.fromhex(
    "b8fe6c3923a44bbe7c01812cf721ad1cded46de9839097db7240a4a4b7b3671f"
    "cb79e64eccc0e578825ad07dccff7221b8084674f743248ee03590e6813a264c")
PRIME32_2 = 0x85EBCA77
PRIME64_1 = 0x9E3779B185EBCA87
PRIME64_2 = 0xC2B2AE3D27D4EB4F


def le64(data, offset):
    return int.from_bytes(data[offset:offset + 8], "little")


def swap64(x):
    return int.from_bytes(x.to_bytes(8, "little"), "big")


def avalanche(h):
    h ^= h >> 37
    h = h * 0x165667919E3779F9 & M64
    return h ^ h >> 32


def xxh3_64(data, seed=0):
    assert 9 <= len(data) <= 16
    low = le64(data, 0) ^ ((le64(SECRET, 24) ^ le64(SECRET, 32)) + seed & M64)
    high = le64(data, len(data) - 8) ^ ((le64(SECRET, 40) ^ le64(SECRET, 48)) - seed & M64)
    product = low * high
    return avalanche((len(data) + swap64(low) + high + ((product & M64) ^ (product >> 64))) & M64)


def xxh3_128(data, seed):
    assert 9 <= len(data) <= 16
    flip_low = ((le64(SECRET, 32) ^ le64(SECRET, 40)) - seed) & M64
    flip_high = ((le64(SECRET, 48) ^ le64(SECRET, 56)) + seed) & M64
    low, high = le64(data, 0), le64(data, len(data) - 8)
    m = (low ^ high ^ flip_low) * PRIME64_1
    m_low, m_high = (m + ((len(data) - 1) << 54)) & M64, m >> 64
    high ^= flip_high
    m_high = (m_high + high + (high & M32) * (PRIME32_2 - 1)) & M64
    m_low ^= swap64(m_high)
    h = m_low * PRIME64_2
    return avalanche(((h >> 64) + m_high * PRIME64_2) & M64) << 64 | avalanche(h & M64)


# ---- cost of a machine for a partition

GOLDEN = 0x9E3779B97F4A7C15


def mix(x):
    x = (x ^ x >> 33) * 0xFF51AFD7ED558CCD & M64
    x = (x ^ x >> 33) * 0xC4CEB9FE1A85EC53 & M64
    return x ^ x >> 33


def log2_entry(i):
    y, bits = (1 << 63) + (i << 53), 0
    for _ in range(32):
        s = y * y
        bit = s >> 127
        bits = bits << 1 | bit
        y = s >> (64 if bit else 63)
    return bits


TABLE = [log2_entry(i) for i in range(1024)] + [1 << 32]


def neg_log2(u):
    u |= 3
    zeros = 64 - u.bit_length()
    m = u << zeros
    i, f = m >> 53 & 1023, m >> 21 & M32
    return (zeros + 1 << 32) - (TABLE[i] + ((TABLE[i + 1] - TABLE[i]) * f >> 32))


def id_bytes(number):
    return number.to_bytes(16, "big")


def cost(seed, weight, partition):
    return (neg_log2(mix(seed ^ (partition + 1) * GOLDEN & M64)) << 26) * (M64 // weight) >> 64


# ---- picking, word for word: least (cost, id) among the zones with fewest picked so far that still have an unused machine

def picks(members, seeds, partition, count):
    left = sorted(range(len(members)), key=lambda i: (cost(seeds[i], members[i][1], partition), members[i][0]))
    held, order = {}, []
    while left and len(order) < count:
        fewest = min(held.get(members[i][2], 0) for i in left)
        best = next(i for i in left if held.get(members[i][2], 0) == fewest)
        left.remove(best)
        held[members[best][2]] = fewest + 1
        order.append(best)
    return order


SAMPLES = [0, 1, 2, 3, 255, 256, 4095, 16383, 32767, 32768, 40503, 65534, 65535]


def described(name, members, replicas, pick):
    """A ring in which pick(partition, count) names the first machines for a partition."""
    owners = [pick(p, min(replicas, len(members))) for p in range(65536)]
    table = b"".join(struct.pack("<H", machine) for row in owners for machine in row)
    return {
        "name": name,
        "replicas": replicas,
        "members": [{"id": "%032x" % i, "weight": w, "zone": z} for i, w, z in members],
        "sha256": hashlib.sha256(table).hexdigest(),
        "partitions": [{"number": p, "owners": owners[p], "preference": pick(p, len(members))} for p in SAMPLES],
    }


def ring(name, members, replicas):
    members = sorted(members)
    seeds = [xxh3_64(id_bytes(m[0])) for m in members]
    return described(name, members, replicas, lambda partition, count: picks(members, seeds, partition, count))


def scattered(n):
    """Ids as random as real ones."""
    return [int.from_bytes(hashlib.sha256(b"machine %d" % i).digest()[:16], "big") for i in range(n)]


def rings():
    s = scattered(12)
    yield ring("one machine", [(1, 1, "")], 3)
    yield ring("two machines", [(i, 1, "") for i in (1, 2)], 3)
    yield ring("three equal machines", [(i, 1, "") for i in s[:3]], 3)
    yield ring("three zones", [(1, 1000, "a"), (2, 1000, "b"), (3, 1000, "c")], 3)
    yield ring("five machines, weights and zones", [(1, 1000, "a"), (2, 2000, "b"), (3, 4000, "c"), (4, 1000, "a"), (5, 2000, "b")], 3)
    yield ring("five machines, fewer zones than replicas", [(i, w, z) for i, w, z in zip(s, (1, 2, 4, 1, 2), "aabaa")], 3)
    yield ring("ten equal machines", [(i, 1, "") for i in s[:10]], 3)
    yield ring("ten machines, extreme weights", [(i, w, "") for i, w in zip(s, (1, 1 << 24, 3, 7, 1 << 20, 1, 500, 65536, 2, 99))], 3)
    yield ring("ten machines, four zones, five replicas", [(i, 1 + n % 3, z) for n, (i, z) in enumerate(zip(s, "aaaabbbccD"))], 5)
    yield ring("twelve machines, one replica", [(i, 1, "zone %d" % (n % 5)) for n, i in enumerate(s)], 1)
    yield ring("ends of the id space", [(1, 1, ""), (M128, 1, ""), (M128 - 1, 1, ""), (1 << 127, 1, ""), ((1 << 127) - 1, 1, "")], 2)


# ---- the ring of tokens: round the circle from the partition's lower end, each machine where it is met first

def token_ring(name, tokens, members, replicas):
    members = sorted(members)
    circle = sorted((xxh3_64(id_bytes(m[0]), v), number) for number, m in enumerate(members) for v in range(tokens))

    def walk(partition, count):
        first = bisect.bisect_left(circle, (partition * 2 ** 48, 0))
        met = {}
        for step in range(len(circle)):
            if len(met) == count:
                break
            met.setdefault(circle[(first + step) % len(circle)][1], None)
        return list(met)

    return {"tokens": tokens, **described(name, members, replicas, walk)}


def token_rings():
    s = scattered(12)
    yield token_ring("one machine, one token", 1, [(1, 1, "")], 3)
    yield token_ring("two machines, one token each", 1, [(i, 1, "") for i in (1, 2)], 3)
    yield token_ring("ten machines, one token each: the original design", 1, [(i, 1, "") for i in s[:10]], 3)
    yield token_ring("three machines, two tokens each", 2, [(i, 1, "") for i in s[:3]], 2)
    yield token_ring("five machines, weights and zones that do not count", 8, [(1, 1000, "a"), (2, 2000, "b"), (3, 4000, "c"), (4, 1000, "a"), (5, 2000, "b")], 3)
    yield token_ring("ten machines, 256 tokens each", 256, [(i, 1, "") for i in s[:10]], 3)
    yield token_ring("twelve machines, one replica", 100, [(i, 1, "") for i in s], 1)
    yield token_ring("twelve machines, all of them owners", 16, [(i, 1, "") for i in s], 12)
    yield token_ring("most tokens", 4096, [(i, 1, "") for i in s[:4]], 3)
    yield token_ring("ends of the id space", 3, [(1, 1, ""), (M128, 1, ""), (M128 - 1, 1, ""), (1 << 127, 1, ""), ((1 << 127) - 1, 1, "")], 2)


def vectors():
    return {
        "mix": [{"of": "%016x" % x, "is": "%016x" % mix(x)} for x in (0, 1, GOLDEN, M64, 0x0123456789ABCDEF)],
        "negLog2": [{"of": "%016x" % x, "is": neg_log2(x)} for x in (0, 1, 2, 3, 4, 1 << 63, (1 << 63) - 1, M64, 0x0123456789ABCDEF)],
        "tableSha256": hashlib.sha256(struct.pack("<1025Q", *TABLE)).hexdigest(),
        "costs": [
            {"id": "%032x" % i, "weight": w, "partition": p, "seed": "%016x" % xxh3_64(id_bytes(i)), "cost": cost(xxh3_64(id_bytes(i)), w, p)}
            for i in (1, 2, M128, *scattered(2)) for w in (1, 1000, 1 << 24) for p in (0, 16383, 65535)],
    }


# ---- file ids

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"


def crc12(bits):
    remainder = bits << 12
    for position in range(bits.bit_length() - 1, -1, -1):
        if remainder >> position + 12 & 1:
            remainder ^= 0x180F << position
    return remainder


def file_id(milliseconds, kind, random):
    high = milliseconds << 4 | 8
    low = 2 << 62 | kind << 61 | random & (1 << 61) - 1
    return high << 76 | crc12(high << 64 | low) << 64 | low


def text(value):
    return "".join(ALPHABET[value >> shift & 31] for shift in range(125, -1, -5))


def dashed(value):
    h = "%032x" % value
    return "-".join((h[:8], h[8:12], h[12:16], h[16:20], h[20:]))


def salted(value, salt):
    return file_id(value >> 80, value >> 61 & 1, xxh3_128(id_bytes(value), salt))


def ids():
    latest = 253402300799999  # the end of 9999
    for milliseconds, kind, random in [
            (0, 0, 0), (0, 1, 0), (1, 0, 1), (1767225600000, 0, 0), (1767225600000, 1, M64), (1767225600123, 0, 0x0123456789ABCDEF),
            (1790000000001, 0, 0xFEDCBA9876543210), (1790000000001, 1, 0x5555555555555555), (latest, 0, 0xAAAAAAAAAAAAAAAA), (latest, 1, M64)]:
        value = file_id(milliseconds, kind, random)
        yield {
            "milliseconds": milliseconds,
            "kind": kind,
            "random": "%016x" % random,
            "bits": "%032x" % value,
            "text": text(value),
            "guid": dashed(value),
            "partition": xxh3_64(id_bytes(value)) >> 48,
            "salted": [{"salt": "%016x" % s, "text": text(salted(value, s))} for s in (0, 1, 0x0123456789ABCDEF, M64)],
        }


def lines(items):
    """One item a line, so that a change shows where it is."""
    return "[\n  " + ",\n  ".join(json.dumps(item) for item in items) + "\n]"


def write(name, content):
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), name)
    with open(path, "w", encoding="utf-8", newline="\n") as file:
        file.write(content + "\n")


if __name__ == "__main__":
    write("golden-ids.json", lines(ids()))
    write("golden-rings.json", lines(rings()))
    write("golden-token-rings.json", lines(token_rings()))
    write("golden-vectors.json", "{\n" + ",\n".join('  "%s": %s' % (name, json.dumps(value)) for name, value in vectors().items()) + "\n}")
