#!/usr/bin/env python3
"""A small web shop that reads its configuration from the environment, as most apps do. It knows nothing of Coffer.

    GET /            what is in place, as JSON: fingerprints, never values; and who is logged in
    GET /login/NAME  a session cookie, signed with SESSION_SECRET
"""

import hashlib
import hmac
import http.server
import json
import os
import re
import signal
import sqlite3
import sys
from http.cookies import SimpleCookie

NEEDED = ["DATABASE_URL", "STRIPE_SECRET_KEY", "SESSION_SECRET", "MAIL_API_KEY", "PORT"]


def fingerprint(value):
    """Enough to see that a value changed, and nothing of the value."""
    return hashlib.blake2b(value.encode(), key=b"shop", digest_size=4).hexdigest()


def masked(url):
    return re.sub(r"(://[^:/@]*):[^@]*@", r"\1:***@", url)


def signature(name):
    return hmac.new(os.environ["SESSION_SECRET"].encode(), name.encode(), hashlib.sha256).hexdigest()


def products():
    """How many products the database holds; it is filled when it is new."""
    with sqlite3.connect(os.environ["DATABASE_URL"].removeprefix("sqlite:///")) as database:
        database.execute("CREATE TABLE IF NOT EXISTS product (name TEXT PRIMARY KEY, cents INTEGER)")
        stock = [("mug", 1200), ("poster", 2500), ("sticker", 300)]
        database.executemany("INSERT OR IGNORE INTO product VALUES (?, ?)", stock)
        return database.execute("SELECT count(*) FROM product").fetchone()[0]


class Shop(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path.startswith("/login/") and re.fullmatch(r"[a-z]+", name := self.path.removeprefix("/login/")):
            cookie = f"session={name}.{signature(name)}; HttpOnly; SameSite=Lax; Path=/"
            return self.answer({"welcome": name}, cookie)
        if self.path != "/":
            return self.send_error(404)
        return self.answer({
            "pid": os.getpid(),
            "logged_in": self.visitor(),
            "database": masked(os.environ["DATABASE_URL"]),
            "products": products(),
            "secrets": {name: fingerprint(os.environ[name]) for name in NEEDED if name.endswith(("KEY", "SECRET"))},
        })

    def visitor(self):
        """The name in the session cookie, if this shop signed it."""
        session = SimpleCookie(self.headers.get("Cookie", "")).get("session")
        name, _, signed = (session.value if session else "").partition(".")
        return name if name and hmac.compare_digest(signed, signature(name)) else None

    def answer(self, body, cookie=None):
        text = json.dumps(body, indent=2).encode() + b"\n"
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        if cookie:
            self.send_header("Set-Cookie", cookie)
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_):
        pass


def main():
    missing = [name for name in NEEDED if not os.environ.get(name)]
    if missing:
        sys.exit(f"shop: not set: {', '.join(missing)}")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    http.server.ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), Shop).serve_forever()


if __name__ == "__main__":
    main()
