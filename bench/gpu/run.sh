#!/bin/sh
# run.sh <folder for results> [arguments for main.ts]: the bench on a machine that has a GPU, Python with PyTorch, and
# neither Node nor a network. Everything is said with the time of day, so that a run that is cut off shows how far it got.
set -u
here=$(cd "$(dirname "$0")" && pwd)
out=$1
shift
work=${TMPDIR:-/tmp}/edgeloop-gpu
rm -rf "$work"
sh "$here/unpack.sh" "$work" || exit 1

# The driver's own description of itself, where a container has it in place of /usr/share/vulkan/icd.d.
nvidia=/usr/local/nvidia/share/vulkan/icd.d/nvidia_icd.json
[ -n "${VK_DRIVER_FILES:-}" ] || { [ -f $nvidia ] && export VK_DRIVER_FILES=$nvidia; }
export XDG_RUNTIME_DIR="$work"
# CUDA's libraries, which PyTorch brings as Python packages.
cuda=$(python3 -c "
import glob, site, sysconfig
for folder in {sysconfig.get_path('purelib'), sysconfig.get_path('platlib'), *site.getsitepackages()}:
    for found in sorted(glob.glob(folder + '/nvidia/*/lib')): print(found, end=':')" 2>/dev/null)
python=$(command -v python3)
export LD_LIBRARY_PATH="$work/system/usr/lib/x86_64-linux-gnu:$cuda/usr/local/cuda/lib64:/usr/local/nvidia/lib64:${LD_LIBRARY_PATH:-}"

echo "--- machine"
nvidia-smi --query-gpu=name,driver_version,memory.total,clocks.max.sm --format=csv,noheader
"$python" "$here/vulkan-devices.py"
"$python" -c "
import glob, os, onnxruntime
print('onnxruntime of Python', onnxruntime.__version__, onnxruntime.get_available_providers())
print(*glob.glob(os.path.dirname(onnxruntime.__file__) + '/capi/*.so'), sep='\n')" 2>&1 | tail -12
echo "CUDA libraries: $cuda"
ldd "$work/cuda/node_modules/onnxruntime-node/bin/napi-v6/linux/x64/libonnxruntime_providers_cuda.so" | grep -E 'not found|cublas|cudart|curand'

echo "--- bench"
exec "$work/node" --disable-warning=ExperimentalWarning --conditions=edgeloop-source \
  "$work/installed/bench/gpu/main.ts" --trees "$work" --out "$out" "$@"
