#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Holds btf.py to types that are written here byte by byte, as https://docs.kernel.org/bpf/btf.html has them.

    /tmp/drgn/bin/python tools/drgn/test_btf.py

`cargo xtask real KERNEL` holds it to whole kernels: the trees that come back from a guest are read with types of its BTF.
"""

import struct
import sys
import unittest
from pathlib import Path

from drgn import Architecture, FindObjectFlags, Platform, PlatformFlags, Program, TypeKind

sys.path.insert(0, str(Path(__file__).parent))
import btf  # noqa: E402


class Writer:
    """A BTF blob."""

    def __init__(self):
        self.strings = b"\0"
        self.types = b""

    def name(self, text):
        if not text:
            return 0
        at = len(self.strings)
        self.strings += text.encode() + b"\0"
        return at

    def add(self, kind, name, size, parts=(), flag=0, fixed=b""):
        self.types += struct.pack("<III", self.name(name), flag << 31 | kind << 24 | len(parts), size) + fixed
        for part in parts:
            self.types += struct.pack("<" + "I" * len(part), *part)

    def bytes(self):
        head = struct.pack("<HBBIIIII", btf.MAGIC, 1, 0, 24, 0, len(self.types), len(self.types), len(self.strings))
        return head + self.types + self.strings


def written():
    blob = Writer()
    number = lambda bits, encoding: struct.pack("<I", encoding << 24 | bits)
    blob.add(btf.INT, "unsigned char", 1, fixed=number(8, 0))  # 1
    blob.add(btf.INT, "long long int", 8, fixed=number(64, 1))  # 2
    blob.add(btf.INT, "_Bool", 1, fixed=number(8, 4))  # 3
    blob.add(btf.ARRAY, "", 0, fixed=struct.pack("<III", 9, 1, 64))  # 4: void *[64]
    blob.add(btf.STRUCT, "node", 528, [(blob.name("shift"), 1, 0), (blob.name("slots"), 4, 128), (blob.name("parent"), 6, 64)])  # 5
    blob.add(btf.PTR, "", 5)  # 6
    blob.add(btf.STRUCT, "bits", 8, [(blob.name("low"), 1, 3 << 24), (blob.name("rest"), 1, 5 << 24 | 3)], flag=1)  # 7
    blob.add(btf.ENUM, "", 4, [(blob.name("PG_locked"), 0), (blob.name("PG_head"), 6)])  # 8
    blob.add(btf.PTR, "", 0)  # 9: void *
    blob.add(btf.ENUM64, "large", 8, [(blob.name("TOP"), 1, 0x80000000)])  # 10
    blob.add(btf.CONST, "", 2)  # 11
    blob.add(btf.TYPEDEF, "loff_t", 11)  # 12
    blob.add(btf.FWD, "hidden", 0)  # 13
    blob.add(btf.FUNC_PROTO, "", 2, [(0, 6), (0, 0)])  # 14
    blob.add(btf.TYPE_TAG, "rcu", 5)  # 15
    return blob


class Types(unittest.TestCase):
    def setUp(self):
        self.prog = Program(Platform(Architecture.X86_64, PlatformFlags.IS_64_BIT | PlatformFlags.IS_LITTLE_ENDIAN))
        self.btf = btf.Btf(self.prog, written().bytes())
        self.prog.register_type_finder("btf", self.btf.find, enable_index=0)
        self.prog.register_object_finder("btf", self.btf.find_object, enable_index=0)

    def test_a_structure_that_points_at_itself(self):
        node = self.prog.type("struct node")
        places = [(member.name, member.bit_offset, str(member.type)[:16]) for member in node.members]
        self.assertEqual(node.size, 528)
        self.assertEqual([place[:2] for place in places], [("shift", 0), ("slots", 128), ("parent", 64)])
        self.assertEqual(node.member("slots").type.length, 64)
        self.assertEqual(node.member("parent").type.type.type_name(), "struct node")
        self.assertEqual(self.btf.type(15).tag, "node")

    def test_bit_fields(self):
        low, rest = self.prog.type("struct bits").members
        self.assertEqual((low.bit_offset, low.bit_field_size), (0, 3))
        self.assertEqual((rest.bit_offset, rest.bit_field_size), (3, 5))

    def test_numbers_typedefs_and_constants(self):
        self.assertEqual(self.prog.type("_Bool").kind, TypeKind.BOOL)
        self.assertTrue(self.prog.type("long long").is_signed)
        self.assertEqual(self.prog.type("loff_t").type.type_name(), "const long long")
        self.assertEqual(self.prog.constant("PG_head").value_(), 6)
        self.assertEqual(self.prog.constant("TOP").value_(), 0x8000000000000001)
        self.assertIsNone(self.btf.find_object(self.prog, "PG_tail", FindObjectFlags.CONSTANT, None))
        self.assertFalse(self.btf.type(13).is_complete())
        self.assertTrue(self.btf.type(14).is_variadic)

    def test_what_is_no_btf_or_a_newer_one_is_told(self):
        whole = written().bytes()
        newer = Writer()
        newer.add(25, "later", 0)
        for data, why in ((b"\x7fELF" + bytes(40), "begins with"), (whole[:60], "cut off"), (newer.bytes(), "newer")):
            with self.assertRaisesRegex(btf.Broken, why):
                btf.Btf(self.prog, data)


if __name__ == "__main__":
    unittest.main()
