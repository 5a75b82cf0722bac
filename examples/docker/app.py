"""Says what it was started with: its process id, and a digest of its secret. Real apps say nothing."""

import hashlib
import os

print("pid", os.getpid(), "secret", hashlib.sha256(os.environ["SESSION_SECRET"].encode()).hexdigest(), "port", os.environ["PORT"])
for name in ("COFFER_TOKEN", "COFFER_TOKEN_FILE", "COFFER_SNAPSHOT"):
    assert name not in os.environ, name
