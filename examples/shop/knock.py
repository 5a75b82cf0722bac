#!/usr/bin/env python3
"""Asks the shop who is logged in, with a cookie for NAME that is signed with SESSION_SECRET; fails unless it believes it.

    knock.py NAME URL
"""

import hashlib
import hmac
import json
import os
import sys
import urllib.error
import urllib.request

name, url = sys.argv[1:]
signed = hmac.new(os.environ["SESSION_SECRET"].encode(), name.encode(), hashlib.sha256).hexdigest()
request = urllib.request.Request(url, headers={"Cookie": f"session={name}.{signed}"})
with urllib.request.urlopen(request, timeout=10) as answer:
    visitor = json.load(answer)["logged_in"]
print(json.dumps({"logged_in": visitor}))
sys.exit(0 if visitor == name else 1)
