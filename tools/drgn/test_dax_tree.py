#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Holds dax_tree.py to trees that were recorded on real kernels.

    python3 -m venv /tmp/drgn && /tmp/drgn/bin/pip install -r tools/drgn/requirements.txt
    /tmp/drgn/bin/python tools/drgn/test_dax_tree.py

Each snapshot of tests/traces is written into the memory of a program that drgn believes to be a kernel: the nodes, slots, siblings,
marks and counters that such a tree has. What dax_tree.py reads out of it has to be the snapshot. No live kernel is needed, and
none is replaced: helpers that find files, and struct page, are not tested here.
"""

import json
import struct
import sys
import unittest
from pathlib import Path

import drgn
from drgn import Architecture, Language, Object, Platform, PlatformFlags, Program, TypeMember

sys.path.insert(0, str(Path(__file__).parent))
import dax_tree  # noqa: E402

TRACES = Path(__file__).resolve().parents[2] / "tests" / "traces"
MARKS = dax_tree.MARKS
BASE = 0xFFFF888000100000
NODE_BYTES = 576
PLATFORM = Platform(Architecture.X86_64, PlatformFlags.IS_64_BIT | PlatformFlags.IS_LITTLE_ENDIAN)


class Memory:
    """A kernel's memory with one XArray in it."""

    def __init__(self):
        self.words = bytearray()

    def take(self, count):
        address = BASE + len(self.words)
        self.words += bytes(count)
        return address

    def put(self, address, data):
        at = address - BASE
        self.words[at : at + len(data)] = data


class Tree:
    """Entries as the kernel keeps them: index, order, word, marks."""

    def __init__(self, memory, entries, gfp_bits):
        self.memory = memory
        self.nodes = {}
        self.flags = 1 | 32
        self.head = 0
        top = max((e["index"] + (1 << e["order"]) - 1 for e in entries), default=0)
        if not entries:
            return
        if top == 0 and len(entries) == 1:
            self.head = int(entries[0]["raw"], 16)
            for mark in entries[0]["marks"]:
                self.flags |= 1 << gfp_bits + MARKS.index(mark)
            return
        shift = 0
        while top >> shift + 6:
            shift += 6
        # A 2 MiB entry has no node below the one of shift 6.
        shift = max(shift, max(6 if e["order"] == 9 else 0 for e in entries))
        self.top = shift
        for e in entries:
            self.store(e)
        self.write()

    def node(self, shift, index):
        key = (shift, index >> shift + 6)
        if key not in self.nodes:
            address = self.memory.take(NODE_BYTES)
            self.nodes[key] = {"address": address, "slots": [0] * 64, "marks": [0, 0, 0]}
            if shift < self.top:
                parent = self.node(shift + 6, index)
                parent["slots"][index >> shift + 6 & 63] = address + 2
        return self.nodes[key]

    def store(self, e):
        shift = 6 if e["order"] == 9 else 0
        node = self.node(shift, e["index"])
        slot = e["index"] >> shift & 63
        node["slots"][slot] = int(e["raw"], 16)
        for sibling in range(1, 1 << e["order"] - shift):
            node["slots"][slot + sibling] = slot << 2 | 2
        for mark in e["marks"]:
            at, child = shift, slot
            while at <= self.top:
                self.node(at, e["index"])["marks"][MARKS.index(mark)] |= 1 << child
                at += 6
                child = e["index"] >> at & 63
            self.flags |= 1 << 24 + MARKS.index(mark)

    def write(self):
        for (shift, number), node in self.nodes.items():
            values = sum(1 for word in node["slots"] if word & 1 or dax_tree.sibling_of(word, 64) is not None)
            count = sum(1 for word in node["slots"] if word)
            head = struct.pack("<BBBB4x", shift, number & 63, count, values) + bytes(32)
            body = struct.pack("<64Q", *node["slots"]) + struct.pack("<3Q", *node["marks"])
            self.memory.put(node["address"], head + body)
        self.head = self.nodes[(self.top, 0)]["address"] + 2


def types(prog, has_exceptional):
    """The structures that are read, laid out as x86-64 kernels of 5.10 to 7.3 have them, as far as that is read."""
    integer = lambda name, size, signed=False: prog.int_type(name, size, signed)
    char, word = integer("unsigned char", 1), integer("unsigned long", 8)
    gfp = integer("unsigned int", 4)
    void = prog.pointer_type(prog.void_type())
    node = prog.struct_type(
        "xa_node",
        NODE_BYTES,
        (
            TypeMember(char, "shift", 0),
            TypeMember(char, "offset", 8),
            TypeMember(char, "count", 16),
            TypeMember(char, "nr_values", 24),
            TypeMember(prog.array_type(void, 64), "slots", 40 * 8),
            TypeMember(prog.array_type(prog.array_type(word, 1), 3), "marks", 552 * 8),
        ),
    )
    array = prog.struct_type(
        "xarray", 16, (TypeMember(gfp, "xa_lock", 0), TypeMember(gfp, "xa_flags", 32), TypeMember(void, "xa_head", 64))
    )
    inode = prog.struct_type("inode", 16, (TypeMember(word, "i_ino", 0), TypeMember(integer("long long", 8, True), "i_size", 64)))
    members = [
        TypeMember(prog.pointer_type(inode), "host", 0),
        TypeMember(array, "i_pages", 64),
        TypeMember(word, "nrpages", 192),
    ]
    if has_exceptional:
        members.append(TypeMember(word, "nrexceptional", 256))
    mapping = prog.struct_type("address_space", 40, tuple(members))
    return {"xa_node": node, "address_space": mapping}


def program(said, gfp_bits=24):
    """A program with the tree of a snapshot in its memory, and its struct address_space."""
    memory = Memory()
    inode, mapping = memory.take(16), memory.take(40)
    tree = Tree(memory, said["entries"], gfp_bits)
    memory.put(inode, struct.pack("<Qq", said["ino"], said["i_size"]))
    head = struct.pack("<QIIQ", inode, 0, tree.flags, tree.head)
    memory.put(mapping, head + struct.pack("<QQ", said["nrpages"], said.get("nrexceptional", 0)))
    prog = Program(PLATFORM)
    prog.add_memory_segment(BASE, len(memory.words), lambda address, count, offset, physical: bytes(memory.words[offset : offset + count]), False)
    known = types(prog, "nrexceptional" in said)
    find = lambda prog, kinds, name, file: known.get(name) if drgn.TypeKind.STRUCT in kinds else None
    prog.register_type_finder("recorded", find, enable_index=0)
    return prog, Object(prog, known["address_space"], address=mapping), memory


def recorded():
    for path in sorted(TRACES.glob("*/*.tree.json")):
        for said in json.loads(path.read_text()):
            yield path, said


class Recorded(unittest.TestCase):
    def test_every_recorded_tree_comes_back(self):
        count = 0
        for path, said in recorded():
            with self.subTest(path=path.name, kernel=path.parent.name, tag=said["tag"]):
                prog, mapping, _ = program(said)
                back = dax_tree.snapshot(prog, mapping, said["tag"], False)
                self.assertTrue(back["steady"])
                for key in ("tag", "ino", "i_size", "nrpages", "nrexceptional", "nodes", "siblings", "depth"):
                    self.assertEqual(back.get(key), said.get(key), key)
                self.assertEqual(len(back["entries"]), len(said["entries"]))
                for mine, theirs in zip(back["entries"], said["entries"]):
                    # Recordings of 7.3 have no frame for an empty entry.
                    theirs = {"pfn": 0, **theirs}
                    theirs.pop("page", None)
                    self.assertEqual(mine, theirs)
                count += 1
        self.assertGreater(count, 200)

    def test_marks_of_a_lone_entry_are_found_wherever_gfp_ends(self):
        lone = {"index": 0, "order": 0, "raw": "0x2308061"}
        for bits in (23, 24, 25, 26, 27, 28):
            for marks in ([], ["DIRTY"], ["DIRTY", "TOWRITE"]):
                said = {"ino": 12, "i_size": 4096, "nrpages": 1, "entries": [{**lone, "marks": marks}]}
                prog, mapping, _ = program(said, bits)
                back = dax_tree.snapshot(prog, mapping, "lone", False)
                self.assertEqual(back["entries"][0]["marks"], marks, bits)
                self.assertEqual((back["nodes"], back["depth"]), (0, 0))


class Broken(unittest.TestCase):
    SAID = {
        "ino": 12,
        "i_size": 1 << 22,
        "nrpages": 513,
        "entries": [
            {"index": 0, "order": 9, "raw": "0x2108005", "marks": ["DIRTY"]},
            {"index": 517, "order": 0, "raw": "0x210c0a1", "marks": []},
        ],
    }

    def test_a_locked_entry_and_a_torn_tree_are_told(self):
        said = json.loads(json.dumps(self.SAID))
        said["entries"][1]["raw"] = "0x210c0a3"
        prog, mapping, memory = program(said)
        back = dax_tree.snapshot(prog, mapping, "x", False)
        self.assertEqual(back["entries"][1]["flags"], ["LOCKED"])
        # A slot that holds a pointer, as it does while a page is put there.
        memory.words[-64 * 8 : -63 * 8] = struct.pack("<Q", BASE)
        with self.assertRaisesRegex(SystemExit, "changed whenever it was read"):
            dax_tree.snapshot(prog, mapping, "x", False)

    def test_a_node_outside_of_memory_is_told(self):
        prog, mapping, memory = program(self.SAID)
        at = int(mapping.i_pages.xa_head.address_of_().value_()) - BASE
        memory.words[at : at + 8] = struct.pack("<Q", 0xFFFF999900000002)
        with self.assertRaisesRegex(SystemExit, "changed whenever it was read"):
            dax_tree.snapshot(prog, mapping, "x", False)

    def test_a_tree_that_changes_is_read_until_it_is_still(self):
        prog, mapping, memory = program(self.SAID)
        readings = []
        walk = dax_tree.walk

        def changing(array, node_at):
            found = walk(array, node_at)
            readings.append(found)
            if len(readings) < 3:
                found.entries = found.entries[: len(readings) - 1]
            return found

        dax_tree.walk = changing
        try:
            back = dax_tree.snapshot(prog, mapping, "x", False)
        finally:
            dax_tree.walk = walk
        self.assertTrue(back["steady"])
        self.assertEqual((len(readings), len(back["entries"])), (4, 2))

    def test_an_old_kernel_is_refused(self):
        prog, _, _ = program(self.SAID)
        old = prog.struct_type("address_space", 8, (TypeMember(prog.int_type("unsigned long", 8, False), "nrpages", 0),))
        with self.assertRaisesRegex(SystemExit, "before 4.20"):
            dax_tree.snapshot(prog, Object(prog, old, address=BASE), "x", False)


if __name__ == "__main__":
    unittest.main()
