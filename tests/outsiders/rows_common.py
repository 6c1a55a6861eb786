"""What both outsiders' scripts share: the register map, JSON from the HTTP face, decoding.

Words become values here by the manufacturer's description of the registers, not by any code of
this project: low word first, text two bytes in a register and cut at the end, value = register /
factor.
"""

import json
import math
import struct
import sys
import urllib.error
import urllib.request

PATIENCE = 5.0
ATTEMPTS = 5


class Absent(Exception):
    """The server says that there is no such register (exception 2)."""


def fail(message):
    """Ends the run with a message."""
    print(message, file=sys.stderr)
    sys.exit(1)


def arguments(parse, argv, usage):
    """The parsed arguments, or the usage and exit code 2."""
    try:
        return parse(argv)
    except (IndexError, ValueError):
        print(f"usage: {usage}", file=sys.stderr)
        sys.exit(2)


def load_map(path):
    """The rows of the register map."""
    try:
        with open(path, encoding="utf-8") as file:
            rows = json.load(file)
    except (OSError, ValueError) as error:
        fail(f"{path}: {error}")
    if len(rows) != 82:
        fail(f"{path}: {len(rows)} rows, expected 82")
    return rows


def documents(base):
    """The three documents behind `base`, codes as numbers."""
    targets = {"info": "/info?raw", "control": "/control", "values": "/values?raw"}
    found = {}
    for name, target in targets.items():
        url = base.rstrip("/") + target
        try:
            with urllib.request.urlopen(url, timeout=PATIENCE) as answer:
                found[name] = json.load(answer)
        except (urllib.error.URLError, OSError, ValueError) as error:
            fail(f"{url}: {error}")
    return found


def leaf(found, path):
    """The JSON value at a path such as `info.general.serial_number`; None where it is missing."""
    value = found
    for key in path.split("."):
        if not isinstance(value, dict):
            return None
        value = value.get(key, value.get(key + ":"))
    return value


def decode(row, words):
    """The value of a row: bytes for a text, else a number before its factor."""
    kind = row["type"]
    if kind == "string16":
        return b"".join(struct.pack(">H", word) for word in words)
    bits = sum(word << (16 * place) for place, word in enumerate(words))
    if kind == "float":
        return struct.unpack(">f", struct.pack(">I", bits))[0]
    if kind.startswith("int") and bits >> (16 * len(words) - 1):
        bits -= 1 << (16 * len(words))
    return bits


def difference(row, value, expected):
    """What is different, or None. `value` is None where the register is not there."""
    path, address = row["json"], row["address"]
    if value is None or expected is None:
        if value is None and expected is None:
            return None
        where = "registers only" if expected is None else "JSON only"
        return f"register {address} ({path}): {where}"
    if isinstance(value, bytes):
        # Filled up with NUL, or cut where the registers end, even inside a character.
        same = value == expected.encode()[: len(value)].ljust(len(value), b"\0")
    elif row["type"] == "float":
        same = math.isclose(value, expected, rel_tol=1e-6, abs_tol=1e-6)
    else:
        same = value == round(expected * (row["factor"] or 1))
    return None if same else f"register {address} ({path}): {value!r}, JSON {expected!r}"


def printable(row, value):
    """The value as JSON can hold it, in the unit of the document."""
    if value is None:
        return None
    if isinstance(value, bytes):
        return value.rstrip(b"\0").decode("utf-8", "replace")
    return value / row["factor"] if row["factor"] not in (None, 1) else value


def run(rows, read, base):
    """Reads every row with `read(address, count)`, compares and prints.

    Values may move meanwhile. So a row that differs is read again, between two fresh sets of
    documents, and is wrong where it agrees with neither in several attempts.
    """
    found = documents(base) if base else None
    output, wrong = {}, []
    for row in rows:
        path, problem = row["json"], None
        for _ in range(ATTEMPTS):
            try:
                value = decode(row, read(row["address"], row["count"]))
            except Absent:
                value = None
            if found is None:
                break
            problem = difference(row, value, leaf(found, path))
            if problem:
                found = documents(base)
                problem = difference(row, value, leaf(found, path))
            if not problem:
                break
        output[path] = printable(row, value)
        if problem:
            wrong.append(problem)
    for line in wrong:
        print(line, file=sys.stderr)
    if wrong:
        fail(f"{len(wrong)} of {len(rows)} rows differ")
    print(json.dumps(output, ensure_ascii=False, indent=1))
