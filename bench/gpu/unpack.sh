#!/bin/sh
# unpack.sh <folder>: lays out in <folder> what pack.ts packed, for main.ts to run there. Wants tar, and a checkout of
# the sources around it.
#
# Two trees differ in the runtime they have: `installed` is what `npm ci` gives, `cuda` has the CUDA provider.
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

for tree in installed cuda; do
  modules=$to/$tree/node_modules
  mkdir -p "$modules/@edgeloop"
  (cd "$root" && tar -cf - bench onnx/package.json onnx/src protocol/package.json protocol/src trainer/src/fit/call-length.ts) | tar -xf - -C "$to/$tree"
  for package in onnx protocol; do ln -s "../../$package" "$modules/@edgeloop/$package"; done
done
echo "$(date +%T) Unpacked into $to: $(du -sh "$to" | cut -f1)"
