import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeSafetensors, saveSafetensors } from '@edgeloop/onnx';
import t from 'tap';

const folder = await mkdtemp(join(tmpdir(), 'edgeloop-safetensors-'));
t.teardown(() => rm(folder, { recursive: true }));

const prlimit = '/usr/bin/prlimit';
const own = (...args: string[]) =>
  execFileSync(prlimit, ['--pid', String(process.pid), ...args], { encoding: 'utf8' }).trim();

/** Files of this process end there: a write that goes beyond is short, the next fails, as on a full disk. */
async function withLargestFile(bytes: number, act: () => Promise<void>): Promise<void> {
  const before = own('--fsize', '--output=SOFT', '--noheadings', '--raw');
  // Unheard, it ends the process.
  const heard = () => {};
  process.on('SIGXFSZ', heard);
  own(`--fsize=${bytes}:`);
  try {
    await act();
  } finally {
    own(`--fsize=${before}:`);
    process.off('SIGXFSZ', heard);
  }
}

const content = (value: number) => ({
  tensors: new Map([
    ['first', { dims: [1000], data: new Float32Array(1000).fill(value) }],
    ['none', { dims: [0], data: new Float32Array() }],
    ['last', { dims: [500, 2], data: new Float32Array(1000).fill(value) }],
  ]),
  metadata: { value: String(value) },
});

t.test(
  'a disk that is full in the middle of a file leaves the one that was there',
  { skip: !existsSync(prlimit) && 'needs prlimit' },
  async (t) => {
    const path = join(folder, 'checkpoint.safetensors');
    await saveSafetensors(path, content(1));
    await withLargestFile(5_000, async () => {
      await t.rejects(saveSafetensors(path, content(2)), { code: 'EFBIG' });
    });
    t.same(decodeSafetensors(await readFile(path)), content(1));
    t.same(await readdir(folder), ['checkpoint.safetensors'], 'nothing torn is left beside it');
    await saveSafetensors(path, content(3));
    t.same(decodeSafetensors(await readFile(path)), content(3));
  },
);
