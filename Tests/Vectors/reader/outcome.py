"""The classes of docs/FORMAT.md, "Errors"."""

EXIT = {"damaged": 3, "key": 3, "phrase": 3, "token": 3, "forged": 4, "rollback": 5, "passphrase": 6, "bounds": 7, "newer": 8}


class Refused(Exception):
    """Something that must not be read; `outcome` is its class."""

    def __init__(self, outcome, why):
        super().__init__(why)
        self.outcome = outcome


def need(holds, why, outcome="damaged"):
    if not holds:
        raise Refused(outcome, why)
