"""Checks files of vectors: each case is a kind, its input, and what must come of it (output and outcome).

Long texts that several cases share stand once in the file's `texts`; an input has "@0", "@1" … for them.
"""

import json
import pathlib
import sys

from . import encoding, identity, keys, leaves, ledger, log, maps, sealing, snapshots, state, tokens, vault
from .archive import Archive
from .bundle import Bundle
from .encoding import Reader
from .outcome import Refused, need
from .records import Record, record_digest


def words():
    return (pathlib.Path(__file__).parent.parent / "english.txt").read_text().split()


def hexed(given, *names):
    return [bytes.fromhex(given[name]) for name in names]


def environment_key(given):
    vault_id, environment, key = hexed(given, "vault", "environment", "key")
    return keys.EnvironmentKey(vault_id, environment, given["epoch"], key)


def encode(given):
    out = b""
    for kind, value in given["fields"]:
        if kind == "text":
            out += encoding.text(value)
        elif kind in ("fixed", "bytes"):
            raw = bytes.fromhex(value)
            out += raw if kind == "fixed" else encoding.prefixed(raw)
        else:
            out += getattr(encoding, kind)(int(value))
    return {"bytes": out.hex()}


def decode(given):
    r, fields = Reader(bytes.fromhex(given["bytes"])), []
    for kind in given["layout"]:
        value = r.fixed(int(kind[5:])) if kind.startswith("fixed") else getattr(r, kind)()
        fields.append(value.hex() if isinstance(value, bytes) else str(int(value)) if kind != "text" else value)
    r.end()
    return {"fields": fields}


def digest(given):
    return {"digest": sealing.digest(given["label"], bytes.fromhex(given["bytes"])).hex()}


def keyed(given):
    parts = [bytes.fromhex(part) for part in given["parts"]]
    return {"result": sealing.keyed(bytes.fromhex(given["key"]), given["label"], *parts).hex()}


def seal(given):
    return {"box": sealing.seal(*hexed(given, "key", "context", "nonce", "plaintext")).hex()}


def unseal(given):
    return {"plaintext": sealing.unseal(*hexed(given, "key", "context", "box")).hex()}


def padded_counts(given):
    return {"padded": [sealing.padded_count(count) for count in given["counts"]]}


def pad(given):
    return {"padded": sealing.pad(bytes.fromhex(given["value"])).hex()}


def unpad(given):
    return {"value": sealing.unpad(bytes.fromhex(given["padded"])).hex()}


def ids(given):
    nonce, founder = hexed(given, "nonce", "founder")
    vault_id = identity.vault_id(nonce, founder)
    return {"vault": vault_id.hex(), "short": identity.short(vault_id), "member": identity.member_id(founder).hex()}


def phrase(given):
    entropy = identity.phrase_entropy(given["words"].encode(), words())
    need(given.get("entropy", entropy.hex()) == entropy.hex(), "the phrase's entropy")
    who = identity.phrase_identity(entropy, bytes.fromhex(given["vault"]))
    return {"text": identity.phrase_words(entropy, words()), "public": who.public.hex(), "seeds": who.seeds.hex()}


def token(given):
    vault_id, who, _ = tokens.parse(given["text"].encode())
    return {"vault": vault_id.hex(), "public": who.public.hex(), "seeds": who.seeds.hex()}


def token_wrap(given):
    seeds, wrapped, vault_id, env, commitment = hexed(
        given, "seeds", "wrapped", "vault", "environment", "commitment")
    name, found = tokens.unwrap(identity.Identity(seeds), wrapped, vault_id, env, given["epoch"], commitment)
    if isinstance(found, keys.EnvironmentKey):
        return {"name": name, "key": found.key.hex()}
    return {"name": name, "names": {one: key.key.hex() for one, key in found.items()}}


def snapshot(given):
    vault_id, who, _ = tokens.parse(given["token"].encode())
    found = snapshots.Snapshot(bytes.fromhex(given["bytes"]))
    found.check(vault_id, who)
    found.check_age(given["now"], given["minimum"])
    environment, values = found.values(who)
    return {"environment": environment, "sequence": found.sequence, "created": found.created,
            "author": found.author.hex(), "values": {name: value.hex() for name, value in values.items()}}


def shown_archive(content, vault_id):
    found = Archive(content)
    need(found.id == vault_id, "archive: another vault")
    whole = vault.Vault(None, identity.short(vault_id), found)
    return whole, {"sequence": whole.verifier.head.sequence, "head": whole.verifier.head.hash.hex(),
                   "control": whole.verifier.control.bytes.hex(), "records": len(found.records)}


def archive(given):
    return shown_archive(*hexed(given, "bytes", "vault"))[1]


def bundle(given):
    content, seeds, vault_id = hexed(given, "bytes", "seeds", "vault")
    found = Bundle(content)
    opened = found.open(identity.Identity(seeds))
    whole, shown = shown_archive(opened, vault_id)
    found.check(whole)
    return shown | {"archive": sealing.digest("coffer/archive", opened[:-32]).hex()}


def identity_file(given):
    who, found = identity.open_file(bytes.fromhex(given["bytes"]), given["passphrase"].encode())
    return {"passes": found["passes"], "memory": found["memory"], "created": found["created"],
            "public": who.public.hex(), "seeds": who.seeds.hex()}


def environment(given):
    key, name = environment_key(given), given["name"]
    return {"name_key": key.name_key(name).hex(), "index": key.index(name).hex(),
            "value_key": key.value_key(name).hex(), "names_key": key.names_key.hex(),
            "labels_key": key.labels_key.hex(), "commitment": key.commitment.hex()}


def predecessor(given):
    older = environment_key(given).predecessor(bytes.fromhex(given["box"]))
    return {"epoch": older.epoch, "key": older.key.hex()}


def wrap(given):
    seeds, wrapped, vault_id, env, commitment = hexed(
        given, "seeds", "wrapped", "vault", "environment", "commitment")
    who = identity.Identity(seeds)
    return {"key": keys.unwrap(who, wrapped, vault_id, env, given["epoch"], commitment).key.hex()}


def label(given):
    place = bytes.fromhex(given["place"])
    keys.parse_place(place)
    box = given["label_epoch"], bytes.fromhex(given["box"])
    return {"text": keys.open_label(box, place, environment_key(given))}


def record(given):
    content, key = bytes.fromhex(given["bytes"]), environment_key(given)
    found = Record(content)
    name, generator = found.descriptor(key)
    value = found.value(given["name"], key)
    return {"digest": record_digest(content).hex(), "number": found.number, "epoch": found.epoch,
            "version": found.version, "created": found.created, "author": found.author.hex(), "prior": found.prior,
            "name": name, "generator": generator, "value": value.hex()}


def pointer(p):
    return f"{p[0]}:{p[1]}:{p[2].hex()}" if p else ""


def leaf(given):
    content = bytes.fromhex(given["bytes"])
    r = Reader(content)
    found = leaves.parse_leaf(r)
    r.end()
    need(found.bytes == content, "leaf: not canonical")
    return {"index": found.index.hex(), "newest": pointer(found.newest), "current": pointer(found.current),
            "pending": pointer(found.pending), "previous": pointer(found.previous)}


def map_build(given):
    by_index = {}
    for content in given["leaves"]:
        parsed = leaves.parse_leaf(Reader(bytes.fromhex(content)))
        by_index[parsed.index] = parsed
    root, nodes = maps.build(by_index.values())
    return {"root": root.hex(), "nodes": {path.hex(): node.hex() for path, node in nodes.items()}}


def map_read(given):
    nodes = {bytes.fromhex(path): bytes.fromhex(node) for path, node in given["nodes"].items()}
    return {"leaves": shown_leaves(maps.read(bytes.fromhex(given["root"]), nodes.get))}


def shown_leaves(by_index):
    return [by_index[index].bytes.hex() for index in sorted(by_index)]


def effects(given):
    found = {}
    for kind, content in given["operations"]:
        body = state.parse_body(int(kind), bytes.fromhex(content))
        maps.replay(found.setdefault((body["environment"], body["epoch"]), {}), int(kind), body)
    return {"maps": {f"{environment.hex()}:{epoch}": shown_leaves(by_index)
                     for (environment, epoch), by_index in found.items()}}


def walk(given):
    entries = [[bytes.fromhex(part) for part in entry] for entry in given["entries"]]
    verifier = log.Verifier(bytes.fromhex(given["vault"]), *entries[0])
    for entry, body in entries[1:]:
        verifier.advance(entry, body)
    return {"sequence": verifier.head.sequence, "head": verifier.head.hash.hex(),
            "control": verifier.control.bytes.hex()}


def pin(given):
    found = vault.parse_pin(*hexed(given, "bytes", "vault"))
    return {"sequence": found[0], "hash": found[1].hex()} if found else {}


def link(given):
    found, folder, approved = vault.parse_link(bytes.fromhex(given["bytes"]))
    need(folder == given["folder"], "link: another folder")
    return {"vault": found.hex(), "approved": approved}


def shown_marks(found, field):
    return ", ".join(" ".join(str(part) for part in (
        mark[field], *([mark["reason"]] if "reason" in mark else []), mark["time"], mark["author"]))
        for mark in found["marks"])


def leak(given):
    found = ledger.parse_leak(bytes.fromhex(given["bytes"]), given["name"])
    home = found["home"] and found["home"]["environment"] + " " + found["home"]["name"]
    return {"rule": found["rule"], "title": found["title"], "home": home or "", "marks": shown_marks(found, "state")}


def rotation(given):
    found = ledger.parse_rotation(bytes.fromhex(given["bytes"]), given["name"])
    numbers = {field: str(found[field]) for field in ("from", "to", "test")}
    texts = {field: found[field] or "" for field in ("environment", "name", "playbook", "leak", "generator")}
    return numbers | texts | {"marks": shown_marks(found, "step")}


def access_ended(given):
    found = ledger.parse_access_ended(bytes.fromhex(given["bytes"]), given["name"].removeprefix("access-ended/"))
    return {"member": found["member"], "ends": ", ".join(
        f"{end['environment']} {end['epoch']} {end['time']}"
        + ("" if end["names"] is None else "".join(f" {name}" for name in ["of", *end["names"]]))
        for end in found["ends"])}


KINDS = {
    "encode": encode, "decode": decode, "digest": digest, "keyed": keyed, "seal": seal, "open": unseal,
    "padded-counts": padded_counts, "pad": pad, "unpad": unpad, "ids": ids, "phrase": phrase,
    "identity-file": identity_file, "environment-key": environment, "predecessor": predecessor, "wrap": wrap,
    "label": label, "record": record, "leaf": leaf, "map-build": map_build, "map-read": map_read,
    "effects": effects, "log": walk, "pin": pin, "link": link,
    "token": token, "token-wrap": token_wrap, "snapshot": snapshot, "leak": leak, "rotation": rotation,
    "access-ended": access_ended, "archive": archive, "bundle": bundle,
}


def expanded(value, texts):
    if isinstance(value, str):
        return texts.get(value, value)
    if isinstance(value, list):
        return [expanded(item, texts) for item in value]
    if isinstance(value, dict):
        return {name: expanded(item, texts) for name, item in value.items()}
    return value


def check(paths):
    cases = wrong = 0
    for path in paths:
        file = json.loads(pathlib.Path(path).read_text())
        texts = {f"@{place}": text for place, text in enumerate(file.get("texts", []))}
        for case in file["cases"]:
            cases += 1
            try:
                got, outcome = KINDS[case["kind"]](expanded(case["in"], texts)), "ok"
            except Refused as refused:
                got, outcome = {}, refused.outcome
            if (outcome, got) != (case["outcome"], case["out"]):
                wrong += 1
                print(f"{path}: {case['name']}: {outcome}, expected {case['outcome']}", file=sys.stderr)
                for field in sorted({*got, *case["out"]}):
                    if got.get(field) != case["out"].get(field):
                        print(f"  {field}: {got.get(field)}\n  expected {case['out'].get(field)}", file=sys.stderr)
    print(f"{cases} cases, {wrong} disagree")
    return 1 if wrong or not cases else 0
