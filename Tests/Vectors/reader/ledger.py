"""docs/FORMAT.md, "Ledger": leaks, rotations and settings."""

from . import state
from .encoding import Reader
from .outcome import need

# Which kind of entry makes the records of which names, besides an epoch.
KINDS = {"leak/": state.LEAK, "rotation/": state.ROTATION, "setting/": state.SETTING}

OPEN, ROTATING, ROTATED, REVOKED_LEAK, DEAD_LEAK, DISMISSED = range(1, 7)
PLANNED, PENDING, SET, TESTED, PROMOTED, ROLLED_OUT, REVOKED, DEAD, UNPROVEN, ABORTED = range(1, 11)
BEFORE = {
    PENDING: {PLANNED}, SET: {PENDING}, TESTED: {SET}, PROMOTED: {TESTED}, ROLLED_OUT: {PROMOTED},
    REVOKED: {ROLLED_OUT}, DEAD: {REVOKED, UNPROVEN}, UNPROVEN: {REVOKED},
    ABORTED: {PLANNED, PENDING, SET, TESTED, PROMOTED, ROLLED_OUT},
}


def kind_of(name):
    """The kind of entry that may make a record of this name of the directory; None for any."""
    return next((kind for prefix, kind in KINDS.items() if name.startswith(prefix)), None)


def _begin(content):
    need(0 < len(content) <= 1 << 16, "ledger: length")
    need(content[0] == 1, "ledger: version", "newer")
    r = Reader(content)
    r.u8()
    return r


def _leak_mark(r):
    mark = {"state": r.u8()}
    need(OPEN <= mark["state"] <= DISMISSED, "leak: state")
    reason = {"reason": r.text()} if mark["state"] == DISMISSED else {}
    return mark | reason | {"time": r.u64(), "author": r.fixed(16).hex()}


def parse_leak(content, name):
    r = _begin(content)
    found = {"fingerprint": r.fixed(16).hex(), "rule": r.text(), "title": r.text(),
             "home": r.option(lambda r: {"environment": r.fixed(16).hex(), "name": r.text()}),
             "marks": r.list(_leak_mark)}
    r.end()
    need(1 <= len(found["marks"]) <= 256, "leak: marks")
    need(found["fingerprint"] == name, "leak: another name than its fingerprint")
    return found


def parse_rotation(content, name):
    r = _begin(content)
    found = {"id": r.fixed(16).hex(), "environment": r.fixed(16).hex(), "name": r.text(), "from": r.u32(),
             "playbook": r.text(), "leak": r.option(lambda r: r.fixed(16).hex()), "to": r.u32(), "generator": r.text(),
             "test": r.u8(),
             "marks": r.list(lambda r: {"step": r.u8(), "time": r.u64(), "author": r.fixed(16).hex()})}
    r.end()
    steps = [mark["step"] for mark in found["marks"]]
    need(steps and steps[0] == PLANNED, "rotation: its beginning")
    need(all(a in BEFORE.get(b, ()) for a, b in zip(steps, steps[1:])), "rotation: its way")
    need(found["from"] and found["test"] < 3, "rotation: numbers")
    need((found["to"] > 0) == (PENDING in steps) and (found["test"] > 0) == (TESTED in steps)
         and (found["to"] or not found["generator"]), "rotation: what its way has brought")
    need(found["id"] == name, "rotation: another name than its id")
    return found


def _end(r):
    return {"environment": r.fixed(16).hex(), "epoch": r.u32(), "time": r.u64(),
            "names": r.option(lambda r: r.list(Reader.text))}


def parse_access_ended(content, name):
    r = _begin(content)
    found = {"member": name, "ends": r.list(_end)}
    r.end()
    need(len(name) == 32 and set(name) <= set("0123456789abcdef"), "access ended: its name")
    environments = [end["environment"] for end in found["ends"]]
    need(environments and len(set(environments)) == len(environments), "access ended: its environments")
    need(all(end["epoch"] for end in found["ends"]), "access ended: epoch")
    return found


def parse(name, content):
    """What a record of the directory says; None for one of another kind."""
    for prefix, reader in (("leak/", parse_leak), ("rotation/", parse_rotation),
                           ("setting/access-ended/", parse_access_ended)):
        if name.startswith(prefix):
            return reader(content, name.removeprefix(prefix))
    return None
