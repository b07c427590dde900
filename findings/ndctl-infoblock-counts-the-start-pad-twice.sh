#!/usr/bin/env bash
# ndctl write-infoblock --offset: the padding before the data is in `dataoff` and in `start_pad`, so the data begin unaligned.
#
# Version    ndctl 76.1 (Debian 76.1-1).
# Guess      For a namespace that begins at an odd physical address, `write-infoblock --offset ADDRESS --align 2M` yields an
#            info block whose data begin on a 2 MiB boundary: that is what the option says it is for.
# Seen       The kernel reads the block so: data begin at namespace start + start_pad + dataoff (nd_pfn's `resource`, and the
#            mapping in __nvdimm_setup_pfn). ndctl computes `dataoff` from the start without the pad, which already ends on a
#            2 MiB boundary, and then adds the pad as well. At 4 KiB the data begin at 4 MiB - 4 KiB, at 1 MiB at 5 MiB: not
#            aligned. The capacity is short by the pad too: `npfns` is no multiple of 512. Only where the pad is 0 is all well.
# So         Such an image has its blocks off the 2 MiB grid of physical memory: no 2 MiB fault can succeed there, or a
#            kernel that checks the sum refuses it. The same numbers are in the JSON of read-infoblock, where nothing warns.
# Meets us   "Why does my 2 MiB fault fall back?" has an answer below the file system: where the data of the namespace begin.
#            docs/pmem.md says which sum to look at.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
cd "$place"
apt-get download -q -q ndctl=76.1-1 libndctl6=76.1-1 libdaxctl1=76.1-1 libkmod2 libjson-c5 libiniparser1 libkeyutils1 libtraceevent1 libtracefs1 uuid-runtime libuuid1 2>/dev/null
for package in *.deb; do dpkg-deb -x "$package" root; done
export LD_LIBRARY_PATH=$place/root/usr/lib/x86_64-linux-gnu:$place/root/lib/x86_64-linux-gnu
ndctl=$place/root/usr/bin/ndctl
"$ndctl" --version

for offset in 0 4096 1048576 2097152 3145728; do
  "$ndctl" write-infoblock --size 64M --offset "$offset" --align 2M --output image 2>/dev/null
  "$ndctl" read-infoblock --json --input image 2>/dev/null > json
  python3 - "$offset" <<'PYTHON'
import json, sys
start = int(sys.argv[1])
block = json.load(open("json"))[0]
data = start + block["start_pad"] + block["dataoff"]
print(f"start {start}: pad {block['start_pad']} dataoff {block['dataoff']} npfns {block['npfns']}"
      f" data at {data}, modulo 2 MiB {data % (2 << 20)}")
PYTHON
done | tee seen
diff seen - <<'SEEN'
start 0: pad 0 dataoff 2097152 npfns 15872 data at 2097152, modulo 2 MiB 0
start 4096: pad 2093056 dataoff 2093056 npfns 15361 data at 4190208, modulo 2 MiB 2093056
start 1048576: pad 1048576 dataoff 3145728 npfns 15104 data at 5242880, modulo 2 MiB 1048576
start 2097152: pad 0 dataoff 2097152 npfns 15872 data at 4194304, modulo 2 MiB 0
start 3145728: pad 1048576 dataoff 3145728 npfns 15104 data at 7340032, modulo 2 MiB 1048576
SEEN
echo "as described"
