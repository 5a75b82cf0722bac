"""docs/FORMAT.md, "Control block" and "Operations": who is in a vault, and how an operation changes that."""

import copy

from . import keys
from .leaves import parse_leaves, parse_pointer
from .encoding import Reader, flag, listed, prefixed, u8, u32, u64
from .identity import member_id, vault_id
from .outcome import need
from .sealing import digest

PUT, REMOVE, POINT, MEMBER, TOKEN, EPOCH, LEAK, ROTATION, SETTING, FOUND = range(1, 11)
RECORDS = (PUT, LEAK, ROTATION, SETTING)
READ, WRITE, ADMIN = 1, 2, 3
ZERO = bytes(32)
RECORDS_AN_ENTRY = 1 << 20


def parse_member(r):
    member = {"kind": r.u8(), "public": r.fixed(64), "active": r.flag(), "expires": r.u64(),
              "name": keys.parse_label(r), "scope": r.option(keys.parse_label)}
    need(1 <= member["kind"] <= 3, "member: kind")
    roles = r.list(lambda r: (r.fixed(16), r.u8()))
    names = [environment for environment, _ in roles]
    need(names == sorted(set(names)), "member: order of roles")
    need(all(1 <= role <= 3 for _, role in roles), "member: role")
    member["roles"] = dict(roles)
    member["id"] = member_id(member["public"])
    return member


def write_member(m):
    scope = b"\0" if m["scope"] is None else b"\1" + keys.write_label(m["scope"])
    roles = [environment + u8(role) for environment, role in sorted(m["roles"].items())]
    return (u8(m["kind"]) + m["public"] + flag(m["active"]) + u64(m["expires"]) + keys.write_label(m["name"])
            + scope + listed(roles))


def parse_item(r):
    return {"index": r.fixed(32), "pointer": parse_pointer(r), "pending": r.flag()}


def parse_wrap(r):
    return {"environment": r.fixed(16), "epoch": r.u32(), "member": r.fixed(16), "wrapped": r.bytes()}


def parse_body(kind, content):
    r = Reader(content)
    if kind == FOUND:
        body = {"created": r.u64(), "nonce": r.fixed(32), "commitment": r.fixed(32), "name": keys.parse_label(r),
                "directory": keys.parse_label(r), "members": r.list(parse_member), "wraps": r.list(parse_wrap)}
    elif kind in (MEMBER, TOKEN):
        body = {"members": r.list(parse_member), "wraps": r.list(parse_wrap)}
    else:
        body = {"environment": r.fixed(16), "epoch": r.u32()}
        if kind == EPOCH:
            body |= {"commitment": r.fixed(32), "predecessor": r.bytes(), "name": keys.parse_label(r),
                     "members": r.list(parse_member), "wraps": r.list(parse_wrap), "leaves": parse_leaves(r),
                     "labels": r.list(lambda r: (keys.parse_place(r.bytes()), keys.parse_label(r)))}
        elif kind in RECORDS:
            body["items"] = r.list(parse_item)
        elif kind == REMOVE:
            body["names"] = r.list(lambda r: r.fixed(32))
        elif kind == POINT:
            body["items"] = r.list(lambda r: {
                "index": r.fixed(32), "current": r.option(parse_pointer), "pending": r.option(parse_pointer),
                "previous": r.option(parse_pointer)})
    r.end()
    body.setdefault("environment", keys.DIRECTORY)
    return body


def requirement(kind, body):
    """(role, environment) that the author needs."""
    if kind in (FOUND, MEMBER, TOKEN, SETTING):
        return ADMIN, keys.DIRECTORY
    if kind == EPOCH:
        wide = body["epoch"] == 1 or body["members"] or body["labels"]
        return ADMIN, keys.DIRECTORY if wide else body["environment"]
    if kind == REMOVE and not body["names"]:
        return ADMIN, keys.DIRECTORY
    # In the directory a writer could take back a setting.
    return ADMIN if kind in (PUT, REMOVE, POINT) and body["environment"] == keys.DIRECTORY else WRITE, body["environment"]


def check_numbers(kind, body, sequence):
    """New records have the numbers of their entry; no pointer leads to a record of a later one."""
    first = sequence * RECORDS_AN_ENTRY
    end = first + RECORDS_AN_ENTRY
    if kind in RECORDS:
        numbers = [item["pointer"][0] for item in body["items"]]
        need(len(numbers) <= RECORDS_AN_ENTRY and numbers == [first + place for place in range(len(numbers))],
             "records: numbers")
    elif kind == EPOCH:
        need(all(p[0] < end for leaf in body["leaves"] for p in leaf.pointers if p), "epoch: a later record")
    elif kind == POINT:
        need(all(item[field][0] < first for item in body["items"] for field in ("current", "pending", "previous")
                 if item[field]), "point: a later record")


def changes_map(kind, body):
    """Whether the root of the operation's environment may move."""
    return kind not in (FOUND, MEMBER, TOKEN) and not (kind == EPOCH and body["epoch"] == 1)


def check_members(members):
    for keys_of in (lambda m: m["public"][:32], lambda m: m["public"][32:]):
        need(len(set(map(keys_of, members))) == len(members), "members: a key that two of them have")
    need(all(m["scope"] is None or set(m["roles"].values()) <= {READ} for m in members),
         "members: one that is limited to names and does more than read")


class Control:
    """The control block, computed from the log."""

    def __init__(self, founding):
        need(founding["members"], "founding: no member")
        check_members(founding["members"])
        self.created, self.nonce = founding["created"], founding["nonce"]
        self.founder = founding["members"][0]["public"]
        self.name = founding["name"]
        first = {"commitment": founding["commitment"], "final": ZERO, "predecessor": b""}
        self.environments = {keys.DIRECTORY: {"active": True, "name": founding["directory"], "epochs": [first]}}
        self.members = list(founding["members"])

    @property
    def vault(self):
        return vault_id(self.nonce, self.founder)

    @property
    def bytes(self):
        out = b"\1\1" + u64(self.created) + self.nonce + self.founder + keys.write_label(self.name)
        environments = []
        for identifier, environment in sorted(self.environments.items()):
            epochs = [e["commitment"] + e["final"] + prefixed(e["predecessor"]) for e in environment["epochs"]]
            environments.append(identifier + flag(environment["active"]) + keys.write_label(environment["name"])
                                + listed(epochs))
        return out + listed(environments) + listed([write_member(m) for m in self.members])

    @property
    def digest(self):
        return digest("coffer/control", self.bytes)

    @property
    def active(self):
        return [identifier for identifier, e in sorted(self.environments.items()) if e["active"]]

    def member(self, identifier):
        return next((m for m in self.members if m["id"] == identifier), None)

    def applying(self, kind, body, roots):
        """The control block after an operation; `roots` are the maps before it."""
        after = copy.copy(self)
        after.environments = copy.deepcopy(self.environments)
        after.members = list(self.members)
        environment = after.environments.get(body["environment"])
        need(kind != FOUND, "a second founding")
        if kind in (MEMBER, TOKEN):
            after._merge(body["members"])
        elif kind == EPOCH:
            after._epoch(environment, body, roots)
        else:
            need(environment and environment["active"], "no such environment")
            need(body["epoch"] == len(environment["epochs"]), "another epoch than the current one")
            need(kind not in (LEAK, ROTATION, SETTING) or body["environment"] == keys.DIRECTORY,
                 "a ledger or setting outside the directory")
            if kind == REMOVE and not body["names"]:
                need(body["environment"] != keys.DIRECTORY, "the directory cannot be removed")
                environment["active"] = False
                environment["epochs"][-1]["final"] = roots[body["environment"]]
        return after

    def _epoch(self, environment, body, roots):
        epoch = {"commitment": body["commitment"], "final": ZERO, "predecessor": body["predecessor"]}
        if environment:
            need(environment["active"] and body["epoch"] == len(environment["epochs"]) + 1, "epoch: number")
            need(body["name"] == environment["name"], "epoch: a new name for its environment")
            environment["epochs"][-1]["final"] = roots[body["environment"]]
            environment["epochs"].append(epoch)
        else:
            need(body["epoch"] == 1 and not body["predecessor"] and not body["leaves"], "epoch: not the first")
            self.environments[body["environment"]] = {"active": True, "name": body["name"], "epochs": [epoch]}
        self._merge(body["members"])
        for (kind, identifier), label in body["labels"]:
            if kind == keys.VAULT:
                self.name = label
            elif kind == keys.ENVIRONMENT and identifier in self.environments:
                self.environments[identifier]["name"] = label
            else:
                field = {keys.MEMBER: "name", keys.SCOPE: "scope"}.get(kind)
                self.members = [m | {field: label} if field and m["id"] == identifier else m for m in self.members]
        check_members(self.members)

    def _merge(self, changed):
        for member in changed:
            places = [place for place, m in enumerate(self.members) if m["id"] == member["id"]]
            if places:
                self.members[places[0]] = member
            else:
                self.members.append(member)
        check_members(self.members)
