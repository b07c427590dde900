# SPDX-License-Identifier: GPL-2.0-only
"""Gives drgn the types and symbols of a kernel out of the kernel itself: BTF and kallsyms, so no debug symbols are needed.

BTF is the kernel's own description of its types (CONFIG_DEBUG_INFO_BTF, which distributions set); drgn 0.3.0 reads DWARF only. It
lies in the kernel's memory from __start_BTF to __stop_BTF; kallsyms says where that is. A dump, or a guest, needs Linux 6.0 for that
(the notes of older kernels do not say where kallsyms is).

Written from the format: https://docs.kernel.org/bpf/btf.html
"""

import struct

from drgn import FindObjectFlags, Object, Qualifiers, TypeEnumerator, TypeKind, TypeMember, TypeParameter
from drgn.helpers.linux.kallsyms import load_vmlinux_kallsyms

MAGIC = 0xEB9F
(INT, PTR, ARRAY, STRUCT, UNION, ENUM, FWD, TYPEDEF, VOLATILE, CONST, RESTRICT, FUNC, FUNC_PROTO, VAR, DATASEC, FLOAT, DECL_TAG, TYPE_TAG, ENUM64) = range(1, 20)
# Bytes behind the 12 of every record: fixed, and for each of its `vlen` parts.
LENGTHS = {INT: (4, 0), ARRAY: (12, 0), STRUCT: (0, 12), UNION: (0, 12), ENUM: (0, 8), FUNC_PROTO: (0, 8), VAR: (4, 0), DATASEC: (0, 12), DECL_TAG: (4, 0), ENUM64: (0, 12)}
QUALIFIERS = {VOLATILE: Qualifiers.VOLATILE, CONST: Qualifiers.CONST, RESTRICT: Qualifiers.RESTRICT}
# For drgn's names of kinds, those of BTF.
KINDS = {
    TypeKind.INT: INT,
    TypeKind.BOOL: INT,
    TypeKind.STRUCT: STRUCT,
    TypeKind.UNION: UNION,
    TypeKind.ENUM: ENUM,
    TypeKind.TYPEDEF: TYPEDEF,
    TypeKind.FLOAT: FLOAT,
}
# Variables that drgn's helpers ask for. BTF has the types of variables of each CPU only.
VARIABLES = {
    "init_task": "struct task_struct",
    "userspace_init_fs": "struct fs_struct *",
    "init_pid_ns": "struct pid_namespace",
    "init_mm": "struct mm_struct",
}


class Broken(Exception):
    """What was read is no BTF, or a newer one."""


class Btf:
    """The types of a kernel, made into drgn's when they are asked for."""

    def __init__(self, prog, data):
        self.prog = prog
        self.made = {}
        self.records = [None]
        self.by_name = {}
        self.enumerators = {}
        try:
            self.read(data)
        except (struct.error, ValueError) as problem:
            raise Broken(f"it is cut off ({problem})") from problem

    def read(self, data):
        magic, version, _, head, types, types_length, strings, strings_length = struct.unpack_from("<HBBIIIII", data)
        if magic != MAGIC or version != 1:
            raise Broken(f"it begins with {magic:#x}, version {version}")
        self.strings = data[head + strings : head + strings + strings_length]
        at, end = head + types, head + types + types_length
        while at < end:
            name, info, size = struct.unpack_from("<III", data, at)
            kind, count = info >> 24 & 31, info & 0xFFFF
            if not INT <= kind <= ENUM64:
                raise Broken(f"type {len(self.records)} is of kind {kind}, which is newer than this script")
            fixed, each = LENGTHS.get(kind, (0, 0))
            length = fixed + each * count
            body = data[at + 12 : at + 12 + length]
            number = len(self.records)
            self.records.append((kind, self.text(name), info >> 31, size, count, body))
            if name:
                self.by_name.setdefault((ENUM if kind == ENUM64 else kind, self.text(name)), number)
            if kind in (ENUM, ENUM64):
                for value_name, value in self.values(number):
                    self.enumerators.setdefault(value_name, (number, value))
            at += 12 + length

    def text(self, offset):
        return self.strings[offset : self.strings.index(0, offset)].decode()

    def values(self, number):
        """The names and values of an enum."""
        kind, _, is_signed, _, count, body = self.records[number]
        for at in range(count):
            if kind == ENUM:
                name, value = struct.unpack_from("<Ii" if is_signed else "<II", body, at * 8)
            else:
                name, low, high = struct.unpack_from("<III", body, at * 12)
                value = low | high << 32
                value -= (1 << 64) if is_signed and high >> 31 else 0
            yield self.text(name), value

    def type(self, number):
        if number not in self.made:
            self.made[number] = self.make(number)
        return self.made[number]

    def make(self, number):
        prog = self.prog
        if number == 0:
            return prog.void_type()
        kind, name, flag, size, count, body = self.records[number]
        if kind == INT:
            (word,) = struct.unpack("<I", body)
            # `size` is of the storage; one that has fewer bits is a bit-field of the days before `flag`.
            return prog.bool_type(name, size) if word >> 24 & 4 else prog.int_type(name, size, bool(word >> 24 & 1))
        if kind == FLOAT:
            return prog.float_type(name, size)
        if kind == PTR:
            return prog.pointer_type(self.type(size))
        if kind == ARRAY:
            of, _, length = struct.unpack("<III", body)
            return prog.array_type(self.type(of), length)
        if kind in (STRUCT, UNION):
            make = prog.struct_type if kind == STRUCT else prog.union_type
            return make(name or None, size, [self.member(body, at, flag) for at in range(count)])
        if kind in (ENUM, ENUM64):
            if count == 0:
                return prog.enum_type(name or None)
            values = [TypeEnumerator(of, value) for of, value in self.values(number)]
            basis = prog.int_type("long" if size == 8 else "int", size, True) if flag else prog.int_type("unsigned long" if size == 8 else "unsigned int", size, False)
            return prog.enum_type(name or None, basis, values)
        if kind == FWD:
            return (prog.union_type if flag else prog.struct_type)(name)
        if kind == TYPEDEF:
            return prog.typedef_type(name, self.type(size))
        if kind in QUALIFIERS:
            of = self.type(size)
            return of.qualified(of.qualifiers | QUALIFIERS[kind])
        if kind == TYPE_TAG:
            return self.type(size)
        if kind == FUNC_PROTO:
            parts = [struct.unpack_from("<II", body, at * 8) for at in range(count)]
            is_variadic = bool(parts) and parts[-1] == (0, 0)
            parts = parts[:-1] if is_variadic else parts
            parameters = [TypeParameter(lambda of=of: self.type(of), self.text(at) or None) for at, of in parts]
            return prog.function_type(self.type(size), parameters, is_variadic)
        raise Broken(f"type {number} of kind {kind} is none")

    def member(self, body, at, has_bits):
        name, of, offset = struct.unpack_from("<III", body, at * 12)
        bits = offset >> 24 if has_bits else 0
        offset = offset & 0xFFFFFF if has_bits else offset

        def found():
            return Object(self.prog, self.type(of), bit_field_size=bits) if bits else self.type(of)

        return TypeMember(found, self.text(name) or None, offset)

    def find(self, _, kinds, name, file):
        for kind, of in KINDS.items():
            number = self.by_name.get((of, name)) if kind in kinds and file is None else None
            if number is not None and self.type(number).kind == kind:
                return self.type(number)
        return None

    def find_object(self, prog, name, flags, file):
        if flags & FindObjectFlags.CONSTANT and name in self.enumerators:
            number, value = self.enumerators[name]
            return Object(prog, self.type(number), value)
        if not flags & FindObjectFlags.VARIABLE:
            return None
        try:
            if name in VARIABLES:
                return Object(prog, VARIABLES[name], address=prog.symbol(name).address)
            if name == "vmemmap":
                # A macro. x86-64 keeps its value in a variable, because it is another one at each start.
                return Object(prog, "struct page *", prog.read_u64(prog.symbol("vmemmap_base").address))
        except LookupError:
            pass
        return None


def load(prog):
    """Makes types, constants and symbols of a kernel known to drgn."""
    symbols = load_vmlinux_kallsyms(prog)
    prog.register_symbol_finder("kallsyms", symbols, enable_index=0)
    first, last = prog.symbol("__start_BTF").address, prog.symbol("__stop_BTF").address
    btf = Btf(prog, prog.read(first, last - first))
    prog.register_type_finder("btf", btf.find, enable_index=0)
    prog.register_object_finder("btf", btf.find_object, enable_index=0)
    return btf
