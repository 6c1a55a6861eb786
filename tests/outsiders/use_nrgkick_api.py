"""Reads and writes a charger through every method of the `nrgkick-api` package, unchanged.

Usage: use_nrgkick_api.py HOST:PORT USERNAME PASSWORD [--writes-refused]
Prints one JSON object of what every method returned; any surprise is an exception.
With --writes-refused no write may come through: the gateway allows no GET writes.
"""

import asyncio
import json
import sys

import aiohttp
from nrgkick_api import NRGkickAPI
from nrgkick_api.exceptions import (
    NRGkickAuthenticationError,
    NRGkickCommandRejectedError,
    NRGkickConnectionError,
    NRGkickError,
)


async def refused(call, *kinds):
    """The text of the refusal that `call` must raise."""
    try:
        result = await call
    except kinds as error:
        return str(error)
    raise SystemExit(f"not refused, but answered {result!r}")


async def main(host, username, password, writes_refused):
    seen = {}
    async with aiohttp.ClientSession() as session:
        api = NRGkickAPI(host, username or None, password or None, session)
        seen["connected"] = await api.test_connection()
        seen["info"] = await api.get_info()
        seen["info_raw"] = await api.get_info(raw=True)
        seen["info_sections"] = await api.get_info(["general", "versions"])
        seen["values"] = await api.get_values()
        seen["values_raw"] = await api.get_values(raw=True)
        seen["values_sections"] = await api.get_values(["energy", "temperatures"], raw=True)
        seen["control"] = await api.get_control()
        # A section that its documentation names and the device does not have.
        seen["unknown_section"] = (await api.get_values(["status"])).get("Response")
        if writes_refused:
            seen["writes"] = [
                await refused(write, NRGkickError)
                for write in (api.set_current(10.0), api.set_charge_pause(True))
            ]
        else:
            seen["set_current"] = await api.set_current(10.5)
            seen["set_charge_pause"] = await api.set_charge_pause(True)
            seen["set_energy_limit"] = await api.set_energy_limit(5000)
            seen["set_phase_count"] = await api.set_phase_count(1)
            seen["resume"] = await api.set_charge_pause(False)
            seen["rejected"] = [
                await refused(write, NRGkickCommandRejectedError)
                for write in (
                    api.set_current(5.9),
                    api.set_energy_limit(1_000_001),
                    api.set_phase_count(4),
                )
            ]
        if username:
            wrong = NRGkickAPI(host, username, password + "x", session)
            seen["wrong_password"] = await refused(
                wrong.get_info(), NRGkickAuthenticationError
            )
            none = NRGkickAPI(host, session=session)
            seen["no_password"] = await refused(
                none.get_control(), NRGkickAuthenticationError
            )
        # Nobody listens there.
        seen["unreachable"] = await refused(
            NRGkickAPI("127.0.0.1:1", session=session).get_info(), NRGkickConnectionError
        )
    print(json.dumps(seen))


asyncio.run(main(sys.argv[1], sys.argv[2], sys.argv[3], "--writes-refused" in sys.argv))
