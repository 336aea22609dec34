#!/bin/sh
# unpack.sh <folder>: lays out in <folder> what pack.ts packed, for main.ts to run there. Wants tar, and a checkout of
# the sources around it.
#
# Two trees differ in the runtime they have: `installed` is what `npm ci` gives, `cuda` has the CUDA provider. Two more, `-whole`,
# ask what a training step would gain if batches were not cut into parts that fit into a processor's cache.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
packed=$root/.gpu
to=$1
mkdir -p "$to"

# Not every system has xz; Python can do the same.
unxz() {
  if command -v xz >/dev/null; then xz -dc; else
    python3 -c "import lzma, shutil, sys; shutil.copyfileobj(lzma.open(sys.stdin.buffer), sys.stdout.buffer)"
  fi
}

unxz <"$packed/node.xz" >"$to/node" &
for tree in installed cuda; do
  mkdir -p "$to/$tree"
  unxz <"$packed/$tree.tar.xz" | tar -xf - -C "$to/$tree" &
done
wait
chmod +x "$to/node"
for deb in "$packed"/*.deb; do dpkg-deb -x "$deb" "$to/system"; done

for tree in installed cuda installed-whole cuda-whole; do
  modules=$to/$tree/node_modules
  mkdir -p "$modules/@edgeloop"
  (cd "$root" && tar -cf - bench onnx/package.json onnx/src protocol/package.json protocol/src) | tar -xf - -C "$to/$tree"
  for package in onnx protocol; do ln -s "../../$package" "$modules/@edgeloop/$package"; done
done
for tree in installed cuda; do
  for package in "$to/$tree/node_modules"/*; do
    case $package in */@edgeloop) ;; *) ln -s "$package" "$to/$tree-whole/node_modules/" ;; esac
  done
  sed -i 's/^const PART_BYTES = .*/const PART_BYTES = Number.POSITIVE_INFINITY;/' \
    "$to/$tree-whole/onnx/src/training/convolution-layout.ts"
done
echo "$(date +%T) Unpacked into $to: $(du -sh "$to" | cut -f1)"
