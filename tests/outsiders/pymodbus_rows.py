"""Reads every row of the register map with pymodbus and compares it with JSON.

    python pymodbus_rows.py HOST PORT MAP [HTTP_URL]

Prints one JSON object, path to value; null where the server has no such register. With HTTP_URL,
the address of a JSON API of the same charger, ends with code 1 and one line for each difference.
"""

import sys

from pymodbus.client import ModbusTcpClient
from pymodbus.exceptions import ModbusException

# The clone stays clean of compiled files.
sys.dont_write_bytecode = True

from rows_common import PATIENCE, Absent, arguments, fail, load_map, run

USAGE = "pymodbus_rows.py HOST PORT MAP [HTTP_URL]"


def parse(argv):
    host, port, path, *rest = argv[1:]
    if len(rest) > 1:
        raise ValueError
    return host, int(port), path, rest[0] if rest else None


def main():
    host, port, path, base = arguments(parse, sys.argv, USAGE)
    rows = load_map(path)
    # One attempt each: a reply that is wrong or late is a failure here.
    client = ModbusTcpClient(host, port=port, timeout=PATIENCE, retries=0)
    if not client.connect():
        fail(f"{host}:{port}: cannot connect")

    def read(address, count):
        try:
            reply = client.read_holding_registers(address, count=count, device_id=1)
        except ModbusException as error:
            fail(f"register {address}: {error}")
        if reply.isError():
            if getattr(reply, "exception_code", None) == 2:
                raise Absent
            fail(f"register {address}: {reply}")
        if len(reply.registers) != count:
            fail(f"register {address}: {len(reply.registers)} words, expected {count}")
        return reply.registers

    try:
        run(rows, read, base)
    finally:
        client.close()


if __name__ == "__main__":
    main()
