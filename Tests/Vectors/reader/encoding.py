"""docs/FORMAT.md, "Encoding"."""

from .outcome import need


def u8(n):
    return n.to_bytes(1, "little")


def u16(n):
    return n.to_bytes(2, "little")


def u32(n):
    return n.to_bytes(4, "little")


def u64(n):
    return n.to_bytes(8, "little")


def prefixed(value):
    return u32(len(value)) + value


def text(value):
    return prefixed(value.encode())


def flag(value):
    return b"\1" if value else b"\0"


def listed(items):
    return u32(len(items)) + b"".join(items)


class Reader:
    """Takes fields off the front; refuses what ends early. `end` refuses what is left over."""

    def __init__(self, source):
        self.source, self.at = source, 0

    def fixed(self, count):
        need(self.at + count <= len(self.source), "ends early")
        self.at += count
        return self.source[self.at - count:self.at]

    def number(self, width):
        return int.from_bytes(self.fixed(width), "little")

    def u8(self):
        return self.number(1)

    def u16(self):
        return self.number(2)

    def u32(self):
        return self.number(4)

    def u64(self):
        return self.number(8)

    def bytes(self):
        return self.fixed(self.u32())

    def text(self):
        raw = self.bytes()
        try:
            return raw.decode("utf-8", "strict")
        except UnicodeDecodeError:
            need(False, "text that is no UTF-8")

    def flag(self):
        value = self.u8()
        need(value < 2, "a flag that is neither 0 nor 1")
        return value == 1

    def option(self, item):
        return item(self) if self.flag() else None

    def list(self, item):
        count = self.u32()
        need(count <= len(self.source) - self.at, "a count that cannot be")
        return [item(self) for _ in range(count)]

    def end(self):
        need(self.at == len(self.source), "bytes left over")
