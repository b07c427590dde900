#!/usr/bin/env bash
# Images for DAX that are filled without mounting: which option puts files on the 2 MiB grid, and which is only recorded?
#
# Versions   mke2fs 1.47.0 (Debian 1.47.0-2+b2), mkfs.xfs 6.1.0 (Debian 6.1.0-1), mkfs.erofs 1.5 (Debian 1.5-1).
# Guess      What makes a mounted file system allocate in 2 MiB units does so too when mkfs copies the files in: a stripe for
#            ext4 and XFS, an extent size hint for XFS, a chunk size for EROFS.
# Seen       Two files of 8 and 4 MiB. ext4 `-E stride=512,stripe_width=512 -d`: the same blocks as without, off the grid; only
#            clusters of 2 MiB (bigalloc) put files on it. XFS `-d su=2m,sw=1 -p`: on the grid; `-d extszinherit=512 -p`: every
#            inode carries the hint of 512 blocks, and no extent follows it. EROFS `--chunksize=2097152`: chunks of 2 MiB, each
#            off the grid.
# So         The options that look alike are not. A file that is off the grid in its image never gets a 2 MiB mapping, and
#            nothing that looks at inodes or superblocks shows it: the hint and the stripe are there to be read.
# Meets us   "The first frame is not a multiple of 512": docs/pmem.md says which of these options to trust.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
cd "$place"
apt-get download -q -q e2fsprogs=1.47.0-2+b2 libext2fs2 libss2 libcom-err2 xfsprogs=6.1.0-1 liburcu8 libinih1 libedit2 erofs-utils=1.5-1 liblz4-1 2>/dev/null
for package in *.deb; do dpkg-deb -x "$package" root; done
export LD_LIBRARY_PATH=$place/root/usr/lib/x86_64-linux-gnu:$place/root/lib/x86_64-linux-gnu
export PATH=$place/root/sbin:$place/root/usr/sbin:$place/root/usr/bin:$PATH

mkdir files
head -c 5000 /dev/zero | tr '\0' a > files/a-small
head -c 8M /dev/zero | tr '\0' b > files/b-8m
head -c 4M /dev/zero | tr '\0' c > files/c-4m
cat > prototype <<'PROTOTYPE'
/none
0 0
d--755 0 0
b-8m ---644 0 0 files/b-8m
a-small ---644 0 0 files/a-small
c-4m ---644 0 0 files/c-4m
$
PROTOTYPE

# First block of each big file, in 4 KiB blocks, on standard input: are all multiples of 512?
told() {
  python3 -c '
import sys
blocks = [int(word) for word in sys.stdin.read().split()]
grid = "on the grid" if all(block % 512 == 0 for block in blocks) else "off the grid"
print(sys.argv[1] + ":", len(blocks), "extents,", grid if blocks else "none seen")' "$1"
}

ext4() {
  rm -f image && truncate -s 256M image
  mke2fs -q -F -t ext4 -b 4096 "$@" -d files image 2> /dev/null
  for file in b-8m c-4m; do
    debugfs -R "ex /$file" image 2> /dev/null | sed -n 's/^ *0\/ *0 *1\/ *1 *0 - *[0-9]* *\([0-9]*\) .*/\1/p'
  done | told "ext4 $*"
}

xfs() {
  rm -f image && truncate -s 2G image
  mkfs.xfs -q -m reflink=0 -l su=32k "$@" -p prototype image
  local root hints
  root=$(xfs_db -r -c 'sb 0' -c 'print rootino' image | grep -o '[0-9]*$')
  for inode in $(seq $((root + 1)) $((root + 6))); do
    xfs_db -r -c "inode $inode" -c 'print core.extsize' -c bmap image 2> /dev/null | tr '\n' ' '
    echo
  done > inodes
  hints=$(sed -n 's/core.extsize = \([0-9]*\) *data offset 0 .*count \(2048\|1024\) .*/\1/p' inodes | tr '\n' ' ')
  sed -n 's/.*data offset 0 startblock \([0-9]*\) .*count \(2048\|1024\) .*/\1/p' inodes | told "xfs $*"
  echo "  hints of the two inodes: $hints"
}

erofs() {
  rm -f image
  mkfs.erofs "$@" image files > /dev/null 2>&1
  for file in b-8m c-4m; do
    dump.erofs --path="/$file" -e image 2> /dev/null | sed -n 's/.*: *\([0-9]*\)\.\. *[0-9]* | *[0-9]* *$/\1/p'
  done | while read -r byte; do echo $((byte / 4096)); done | told "erofs $*"
}

{
  ext4
  ext4 -E stride=512,stripe_width=512
  ext4 -O bigalloc -C 2097152
  xfs -d extszinherit=512
  xfs -d su=2m,sw=1
  erofs --chunksize=2097152
} | tee seen
diff seen - <<'SEEN'
ext4 : 2 extents, off the grid
ext4 -E stride=512,stripe_width=512: 2 extents, off the grid
ext4 -O bigalloc -C 2097152: 2 extents, on the grid
xfs -d extszinherit=512: 2 extents, off the grid
  hints of the two inodes: 512 512 
xfs -d su=2m,sw=1: 2 extents, on the grid
  hints of the two inodes: 0 0 
erofs --chunksize=2097152: 6 extents, off the grid
SEEN
echo "as described"
