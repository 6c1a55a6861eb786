"""Reads every row of the register map with mbpoll and compares it with JSON.

    python mbpoll_rows.py HOST PORT MAP [HTTP_URL]

As pymodbus_rows.py, by another client that shares no code with it. The program is the one that
MBPOLL names, or `mbpoll` on the path.
"""

import os
import re
import subprocess
import sys

# The clone stays clean of compiled files.
sys.dont_write_bytecode = True

from rows_common import Absent, arguments, fail, load_map, run

USAGE = "mbpoll_rows.py HOST PORT MAP [HTTP_URL]"
LINE = re.compile(r"^\[(\d+)\]:\s+0x([0-9A-Fa-f]{1,4})\s*$", re.MULTILINE)


def parse(argv):
    host, port, path, *rest = argv[1:]
    if len(rest) > 1:
        raise ValueError
    return host, int(port), path, rest[0] if rest else None


def main():
    host, port, path, base = arguments(parse, sys.argv, USAGE)
    rows = load_map(path)
    program = os.environ.get("MBPOLL") or "mbpoll"

    def read(address, count):
        # Unit 1, holding registers in hexadecimal, addresses from 0 on, once, 2 s at most.
        options = ["-m", "tcp", "-p", str(port), "-a", "1", "-t", "4:hex", "-0"]
        options += ["-r", str(address), "-c", str(count), "-1", "-q", "-o", "2", host]
        try:
            done = subprocess.run(
                [program, *options], capture_output=True, text=True, timeout=10, check=False
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            fail(f"{program}: {error}")
        said = done.stdout + done.stderr
        if "Illegal data address" in said:
            raise Absent
        found = [(int(at), int(word, 16)) for at, word in LINE.findall(said)]
        if [at for at, _ in found] != list(range(address, address + count)):
            fail(f"register {address}: mbpoll said\n{said}")
        return [word for _, word in found]

    run(rows, read, base)


if __name__ == "__main__":
    main()
