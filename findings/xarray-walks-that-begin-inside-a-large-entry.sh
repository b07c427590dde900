#!/usr/bin/env bash
# lib/xarray.c: a walk that begins in the middle of a large entry goes back before its start, or passes over what comes next.
#
# Version    linux-source-6.1 6.1.192-3 of Debian (lib/xarray.c of 6.1.192), built as the kernel's own user-space test builds it,
#            64 slots to a node.
# Guess      `xa_find_after(i)` answers an index greater than i, with a mark as without. `xas_pause` goes on behind the entry that
#            the walk has just seen, wherever in that entry it began.
# Seen       With one entry of 512 indices at 512 and small ones at 1100 and 1300, all marked: asked for what comes after 576 (or
#            after any later index of the large entry) `xa_find_after` with the mark answers 512, which lies before; without the mark it
#            answers 1100. And `xas_for_each` from 600, paused once at the first entry, goes on at 1300:
#            1100 is never seen, because the pause adds the length of the entry to the index at which the walk began. From 512 all
#            three are seen.
# So         Loops of the kernel that start at an index which a caller chose (a range of a file) and pause, or look for the next mark
#            from an index in the middle, have to round down to the entry first. fs/dax.c is spared: marked walks step back to the first
#            index of an entry by themselves, and a pause comes only after 4,096 entries.
# Meets us   `crates/core/src/tree/xarray` does the same, step by step (331 recorded sequences of 7.3.4, where the pause is mended in
#            part); docs/conformance.md lists both among the wrong guesses.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
cd "$place"
apt-get download -q -q linux-source-6.1=6.1.192-3 2>/dev/null
apt-get download -q -q liburcu-dev=0.13.2-1 liburcu8=0.13.2-1 2>/dev/null
for package in liburcu*.deb; do dpkg-deb -x "$package" root; done
dpkg-deb --fsys-tarfile linux-source-*.deb | tar -x --wildcards './usr/src/*.tar.xz'
tar -xJf usr/src/linux-source-6.1.tar.xz linux-source-6.1/{lib,include,tools/include,tools/lib,tools/testing/radix-tree}
cd linux-source-6.1/tools/testing/radix-tree

cat > walks.c <<'C'
#include "test.h"

static DEFINE_XARRAY(array);

static void put(unsigned long index, unsigned int order)
{
	XA_STATE_ORDER(xas, &array, index, order);

	do {
		xas_lock(&xas);
		xas_store(&xas, xa_mk_value(index));
		xas_set_mark(&xas, XA_MARK_0);
		xas_unlock(&xas);
	} while (xas_nomem(&xas, GFP_KERNEL));
}

int main(void)
{
	const unsigned long after[] = { 511, 512, 576, 1000 }, from[] = { 512, 600 };
	unsigned int at;
	void *entry;

	radix_tree_init();
	rcu_register_thread();
	put(512, 9);
	put(1100, 0);
	put(1300, 0);
	for (at = 0; at < 4; at++) {
		unsigned long marked = after[at], any = after[at];

		xa_find_after(&array, &marked, ULONG_MAX, XA_MARK_0);
		xa_find_after(&array, &any, ULONG_MAX, XA_PRESENT);
		printf("after %lu: marked %lu, any %lu\n", after[at], marked, any);
	}
	for (at = 0; at < 2; at++) {
		XA_STATE(xas, &array, from[at]);
		bool paused = false;

		printf("from %lu, paused once:", from[at]);
		rcu_read_lock();
		xas_for_each(&xas, entry, ULONG_MAX) {
			printf(" %lu", xa_to_value(entry));
			if (!paused)
				xas_pause(&xas);
			paused = true;
		}
		rcu_read_unlock();
		printf("\n");
	}
	return 0;
}
C
usr=$place/root/usr
flags="-I. -I../../include -I$usr/include -I$usr/include/x86_64-linux-gnu -O1 -D_LGPL_SOURCE"
objects="xarray.o radix-tree.o idr.o linux.o test.o find_bit.o bitmap.o slab.o"
make -s SHIFT=6 CFLAGS="$flags" generated/map-shift.h generated/bit-length.h $objects >/dev/null 2>&1
libraries=$usr/lib/x86_64-linux-gnu
gcc -w $flags walks.c $objects -L"$libraries" -lpthread -lurcu -o walks
LD_LIBRARY_PATH=$libraries ./walks | tee seen
diff seen - <<'SEEN'
after 511: marked 512, any 512
after 512: marked 1100, any 1100
after 576: marked 512, any 1100
after 1000: marked 512, any 1100
from 512, paused once: 512 1100 1300
from 600, paused once: 512 1300
SEEN
echo "as described"
