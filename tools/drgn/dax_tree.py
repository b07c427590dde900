#!/usr/bin/env drgn
# SPDX-License-Identifier: GPL-2.0-only
"""Prints the tree (i_pages) of a DAX file of a live or crashed kernel as a snapshot, `.tree.json`.

    drgn dax_tree.py /mnt/pmem/file                 of a running kernel (root, /proc/kcore, debug symbols)
    drgn -c vmcore -s vmlinux dax_tree.py --inode 0xffff888012345678
    drgn --qemu qmp.socket dax_tree.py /mnt/file    of a guest (-qmp unix:qmp.socket,server=on,wait=off -device vmcoreinfo)
    drgn dax_tree.py --fd PID FD --tag "after fsync" > file.tree.json

The page of daxscope opens what it prints, and so does `daxscope import FILE`. It was written from the format
(docs/import.md), for the XArray of 4.20 and newer.

drgn's own xa_for_each() gives an entry of 2 MiB once, without its order and without marks. So the nodes are walked here: the
order of an entry is what its node and its sibling slots say.

A running kernel changes the tree while it is read; drgn takes no lock. The tree is read until it is the same twice in a row,
and "steady" says whether it ever was. Between two equal readings something may still have come and gone.
"""

import argparse
import json
import os
import sys

# Marks of the page cache: XA_MARK_0, 1, 2.
MARKS = ("DIRTY", "WRITEBACK", "TOWRITE")
# Bits of the value of an entry word, and where the page frame begins.
FLAGS = ((1, "LOCKED"), (2, "PMD"), (4, "ZERO_PAGE"), (8, "EMPTY"))
FRAME_SHIFT = 4
# Words that are no entries: XA_ZERO_ENTRY and XA_RETRY_ENTRY are internal, and nodes are internal and larger than this.
LARGEST_NO_NODE = 4096
# A tree that has more nodes is torn, or no tree.
MOST_NODES = 1 << 20
MOST_READINGS = 10


class Torn(Exception):
    """What was read cannot be a tree."""


def is_value(word):
    return word & 1 == 1


def is_node(word):
    return word & 3 == 2 and word > LARGEST_NO_NODE


def sibling_of(word, slots):
    """The slot that a sibling entry points at, or None."""
    return word >> 2 if word & 3 == 2 and word < slots << 2 else None


def pointer(value):
    return int(value.value_())


def read_slots(node):
    """All slots of a node, as words."""
    return [int(slot) for slot in node.slots.value_()]


def read_marks(node):
    """For each mark one number with a bit for each slot. DAX trees have 64 slots; small kernels 16."""
    # An array of arrays in DWARF; BTF of gcc's kernels has the same words in one row.
    words = []
    for longs in node.marks.value_():
        words.extend(longs if isinstance(longs, list) else [longs])
    each = len(words) // len(MARKS)
    return [sum(word << (64 * at) for at, word in enumerate(words[mark * each : (mark + 1) * each])) for mark in range(len(MARKS))]


def root_marks(flags):
    """Marks of the array itself, which a lone entry at index 0 has.

    They are the bits of xa_flags above those of GFP, and how many of these there are depends on the kernel. DAX sets TOWRITE only
    beside DIRTY and never WRITEBACK, so the lowest of the high bits is DIRTY.
    """
    high = flags >> 20
    if high == 0:
        return 0
    while high & 1 == 0:
        high >>= 1
    return high & 7


def entry(index, order, word, marks, slot_shift):
    value = word >> 1
    said = {"index": index, "order": order, "raw": hex(word), "flags": [name for bit, name in FLAGS if value & bit]}
    said["pfn"] = value >> FRAME_SHIFT
    said["slot_shift"] = slot_shift
    said["marks"] = [name for at, name in enumerate(MARKS) if marks >> at & 1]
    return said


class Walk:
    """One reading of an XArray."""

    def __init__(self, node_at):
        self.node_at = node_at
        self.entries = []
        self.nodes = 0
        self.siblings = 0
        self.depth = 0

    def run(self, head, flags):
        if is_node(head):
            self.node(head - 2, 0, None, 1)
        elif is_value(head):
            self.entries.append(entry(0, 0, head, root_marks(flags), 0))
        elif head != 0:
            raise Torn(f"the head of the array is {head:#x}")
        return self

    def node(self, address, index, parent_shift, level):
        self.nodes += 1
        self.depth = max(self.depth, level)
        if self.nodes > MOST_NODES:
            raise Torn("it has more nodes than a tree can have")
        node = self.node_at(address)
        shift = int(node.shift)
        slots = read_slots(node)
        bits = (len(slots) - 1).bit_length()
        if parent_shift is not None and shift != parent_shift - bits:
            raise Torn(f"the node at {address:#x} has shift {shift} below one of shift {parent_shift}")
        if shift > 64:
            raise Torn(f"the node at {address:#x} has shift {shift}")
        marks = read_marks(node)
        for slot, word in enumerate(slots):
            at = index + (slot << shift)
            of = sibling_of(word, len(slots))
            if word == 0:
                continue
            if is_value(word):
                order = shift + self.order_of(slots, slot)
                set_here = sum((bit_of >> slot & 1) << mark for mark, bit_of in enumerate(marks))
                self.entries.append(entry(at, order, word, set_here, shift))
            elif of is not None:
                self.siblings += 1
            elif is_node(word):
                self.node(word - 2, at, shift, level + 1)
            else:
                raise Torn(f"slot {slot} of the node at {address:#x} holds {word:#x}")

    @staticmethod
    def order_of(slots, slot):
        """How many index bits its siblings add to an entry."""
        count = 1
        while slot + count < len(slots) and sibling_of(slots[slot + count], len(slots)) == slot:
            count += 1
        return count.bit_length() - 1


def walk(array, node_at):
    """Reads an XArray (a drgn object of type struct xarray) once."""
    return Walk(node_at).run(pointer(array.xa_head), int(array.xa_flags))


def member(value, *names):
    """The first of these members that the kernel has, as a number; None if it has none of them or it cannot be read."""
    for name in names:
        found = value
        try:
            for part in name.split("."):
                found = getattr(found, part)
            return int(found.value_())
        except (AttributeError, LookupError, TypeError, ValueError):
            continue
    return None


def page_of(prog, pfn, mapping):
    """What struct page, or the folio that it belongs to, says of a block."""
    from drgn.helpers.linux.mm import compound_head, page_to_pfn, pfn_to_page

    page = compound_head(pfn_to_page(prog, pfn))
    said = {}
    owner = member(page, "mapping")
    if owner is not None:
        said["mapping_is_this"] = int(owner == mapping)
    for key, names in (
        ("index_or_share", ("index", "__folio_index", "share")),
        ("refcount", ("_refcount.counter",)),
    ):
        number = member(page, *names)
        if number is not None:
            said[key] = number
    count = member(page, "_mapcount.counter")
    if count is not None:
        said["mapcount"] = count + 1
    if counts_on_folios(prog):
        said.update(folio_of(page), folio_pfn=int(page_to_pfn(page)))
    return said


def counts_on_folios(prog):
    """Do blocks of DAX have folios that count mappings? From 6.15 on, when `share` came to struct folio."""
    try:
        return prog.type("struct folio").has_member("share")
    except LookupError:
        return False


def folio_of(page):
    """Size and mappings of the folio: a large one counts all of them apart, and those as a whole once more."""
    from drgn import cast
    from drgn.helpers.linux.mm import compound_order

    order = int(compound_order(page))
    if order == 0:
        return {"folio_order": 0, "entire_mapcount": 0}
    folio = cast("struct folio *", page)
    whole, all_of_it = member(folio, "_entire_mapcount.counter"), member(folio, "_large_mapcount.counter")
    said = {"folio_order": order}
    if all_of_it is not None:
        said["mapcount"] = all_of_it + 1
    if whole is not None:
        said["entire_mapcount"] = whole + 1
    return said


def snapshot(prog, mapping, tag, with_pages):
    """The tree of a struct address_space as a dictionary; reads it until it is the same twice."""
    from drgn import FaultError, Object

    if not hasattr(mapping, "i_pages"):
        raise SystemExit("This kernel keeps the tree in page_tree, a radix tree (before 4.20): this script reads the XArray only.")

    def node_at(address):
        return Object(prog, "struct xa_node", address=address).read_()

    before, steady, problem = None, False, None
    for _ in range(MOST_READINGS):
        try:
            # Read as a whole, so that head and flags are of one moment.
            now = walk(mapping.i_pages.read_(), node_at)
        except (FaultError, Torn) as torn:
            before, problem = None, torn
            continue
        if before is not None and before.entries == now.entries:
            before, steady = now, True
            break
        before = now
    if before is None:
        raise SystemExit(f"The tree changed whenever it was read ({problem}). Try again when the file is quiet.")
    inode = mapping.host
    said = {"seq": 1, "tag": tag, "steady": steady, "ino": int(inode.i_ino), "i_size": int(inode.i_size)}
    said["nrpages"] = int(mapping.nrpages)
    exceptional = member(mapping, "nrexceptional")
    if exceptional is not None:
        said["nrexceptional"] = exceptional
    said.update(nodes=before.nodes, siblings=before.siblings, depth=before.depth, entries=before.entries)
    if with_pages:
        for it in before.entries:
            if not {"ZERO_PAGE", "EMPTY"} & set(it["flags"]):
                try:
                    it["page"] = page_of(prog, it["pfn"], pointer(mapping.address_of_()))
                except (FaultError, LookupError):
                    continue
    return said


def find(prog, words):
    """The struct address_space that the words name."""
    from drgn import Object

    if words.mapping is not None:
        return Object(prog, "struct address_space", address=words.mapping)
    if words.inode is not None:
        return Object(prog, "struct inode", address=words.inode).i_mapping[0]
    if words.fd is not None:
        from drgn.helpers.linux.fs import fget
        from drgn.helpers.linux.pid import find_task

        pid, number = words.fd
        task = find_task(prog, pid)
        if not task:
            raise SystemExit(f"There is no task {pid}.")
        file = fget(task, number)
        if not file:
            raise SystemExit(f"Task {pid} has no file {number}.")
        return file.f_mapping[0]
    return by_path(prog, words.path)


def by_path(prog, path):
    """The struct address_space of a file that the kernel has in its cache of names."""
    from drgn.helpers.linux.fs import path_lookup

    try:
        return path_lookup(prog, path).dentry.d_inode.i_mapping[0]
    except Exception as problem:
        raise SystemExit(
            f"{path} was not found ({problem}). It has to be in the kernel's cache of names: keep it open, or name it by --fd."
        ) from problem


def words_of(arguments):
    parser = argparse.ArgumentParser(prog="dax_tree.py", description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    number = lambda text: int(text, 0)
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("path", nargs="?", help="the file, as the first process sees it")
    what.add_argument("--asked", action="store_true", help="read lines PATH<tab>TAG, and print each snapshot in one line")
    what.add_argument("--fd", nargs=2, type=int, metavar=("PID", "FD"), help="an open file of a process")
    what.add_argument("--inode", type=number, metavar="ADDRESS", help="a struct inode")
    what.add_argument("--mapping", type=number, metavar="ADDRESS", help="a struct address_space")
    parser.add_argument("--tag", default="drgn", help="the name of the snapshot: what had just been done")
    parser.add_argument("--no-pages", action="store_true", help="leave out struct page and folios")
    return parser.parse_args(arguments)


def know_types(prog):
    """Takes types and symbols out of the kernel itself where there are no debug symbols."""
    try:
        prog.type("struct address_space")
        return
    except LookupError:
        pass
    sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
    import btf

    try:
        btf.load(prog)
    except (LookupError, ValueError, btf.Broken) as problem:
        raise SystemExit(
            f"There are no debug symbols, and the kernel does not describe its types itself ({problem}): install its debug package."
        ) from problem


def tell_unsteady(said):
    if not said["steady"]:
        print("The tree was not the same twice in a row: it changes while it is read.", file=sys.stderr)


def answer(prog, lines, with_pages):
    """One snapshot for each line, for as long as they come."""
    for line in lines:
        path, _, tag = line.rstrip("\n").partition("\t")
        said = snapshot(prog, by_path(prog, path), tag, with_pages)
        tell_unsteady(said)
        print(json.dumps(said), flush=True)


def main(prog, arguments):
    words = words_of(arguments)
    know_types(prog)
    if words.asked:
        return answer(prog, sys.stdin, not words.no_pages)
    said = snapshot(prog, find(prog, words), words.tag, not words.no_pages)
    tell_unsteady(said)
    print(json.dumps([said], indent=1))


if __name__ == "__main__":
    main(prog, sys.argv[1:])  # noqa: F821: drgn gives scripts `prog`
