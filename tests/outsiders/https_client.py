"""Asks a server by HTTPS with Python's own TLS (OpenSSL): PORT and the file of the authority.

Prints JSON: what came by name, by address, the attributes of the authority, and the refusals of who
does not trust it."""

import json
import ssl
import sys
import urllib.error
import urllib.request

port, authority = sys.argv[1], sys.argv[2]


def ask(context, host):
    try:
        with urllib.request.urlopen(f"https://{host}:{port}/info", context=context, timeout=20) as answer:
            return json.load(answer)
    except urllib.error.URLError as error:
        return str(error.reason)


trusting = ssl.create_default_context(cafile=authority)
# As strict as OpenSSL can be about what a certificate must and must not have.
trusting.verify_flags |= ssl.VERIFY_X509_STRICT
print(
    json.dumps(
        {
            "name": ask(trusting, "localhost"),
            "address": ask(trusting, "127.0.0.1"),
            "stranger": ask(ssl.create_default_context(), "localhost"),
            "version": ssl.OPENSSL_VERSION,
        }
    )
)
