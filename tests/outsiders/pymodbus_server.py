"""A Modbus server made of `pymodbus`, filled with the manufacturer's samples.

Usage: pymodbus_server.py FIXTURES [--without-modem]
Prints its port on one line and serves unit 1 on 127.0.0.1 until its standard input ends.

Addresses, types and factors are those of the manufacturer's table, words are encoded by pymodbus,
and where modbus_vectors.json has words for a row, they must be the same. With --without-modem the
registers of modem and position do not exist, and the model says so.
"""

import asyncio
import json
import pathlib
import re
import sys

from pymodbus.client.mixin import ModbusClientMixin
from pymodbus.server import ModbusTcpServer
from pymodbus.simulator import DataType, SimData, SimDevice

TYPES = {
    "uint16": ModbusClientMixin.DATATYPE.UINT16,
    "int16": ModbusClientMixin.DATATYPE.INT16,
    "uint32": ModbusClientMixin.DATATYPE.UINT32,
    "int32": ModbusClientMixin.DATATYPE.INT32,
    "uint64": ModbusClientMixin.DATATYPE.UINT64,
    "float": ModbusClientMixin.DATATYPE.FLOAT32,
}

# What the vectors say, as values for the sample.
SHOWN_BY_VECTORS = {
    "values.powerflow.total_active_power": 2868.123,
    "values.energy.total_charged_energy": 1234567,
}


def leaf(documents, path):
    value = documents
    for key in path.split("."):
        value = value[key]
    return value


def encode(row, value):
    if row["type"] == "string16":
        padded = value.encode().ljust(2 * row["count"], b"\0")[: 2 * row["count"]]
        return [int.from_bytes(padded[i : i + 2], "big") for i in range(0, len(padded), 2)]
    if row["type"] != "float":
        value = round(value * (row["factor"] or 1))
    return ModbusClientMixin.convert_to_registers(value, TYPES[row["type"]], word_order="little")


def check_vectors(rows, words, vectors):
    """Every vector must be what stands at its row."""
    for vector in vectors:
        what = vector["what"]
        named = re.search(r"address (\d+)", what)
        if named:
            address = int(named[1])
        else:
            key = what.split()[0]
            address = next(row["address"] for row in rows if row["json"].endswith("." + key))
        expected = [int(word, 16) for word in vector["regs"]]
        found = words[address : address + len(expected)]
        if found != expected:
            raise SystemExit(f"{what}: {found} at {address}, not {expected}")


async def main(fixtures, without_modem):
    def load(name):
        return json.loads((fixtures / name).read_text())

    rows = load("official_modbus_register_map.json")
    documents = {
        "info": load("derived_info_raw_fixed_mac.json"),
        "control": load("official_control_initial.json"),
        "values": load("official_values_raw.json"),
    }
    if without_modem:
        documents["info"]["general"]["model_type"] = "NRGkick Gen2"
    words = [0] * (rows[-1]["address"] + rows[-1]["count"])
    for row in rows:
        path = row["json"]
        encoded = encode(row, SHOWN_BY_VECTORS.get(path, leaf(documents, path)))
        if len(encoded) != row["count"]:
            raise SystemExit(f"{path}: {len(encoded)} words, not {row['count']}")
        words[row["address"] : row["address"] + row["count"]] = encoded
    check_vectors(rows, words, load("modbus_vectors.json")["vectors"])

    absent = ("info.cellular.", "info.gps.", "info.versions.sw_cm") if without_modem else ()
    there = [row for row in rows if not row["json"].startswith(absent)]
    data = [
        SimData(
            row["address"],
            values=words[row["address"] : row["address"] + row["count"]],
            datatype=DataType.REGISTERS,
        )
        for row in there
    ]
    server = ModbusTcpServer(SimDevice(1, simdata=data), address=("127.0.0.1", 0))
    await server.listen()
    print(server.transport.sockets[0].getsockname()[1], flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    await server.shutdown()


asyncio.run(main(pathlib.Path(sys.argv[1]), "--without-modem" in sys.argv))
