import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeSafetensors, saveSafetensors } from '@edgeloop/onnx';
import t from 'tap';
import { noOwnLimits, withOwnLimit } from '../stand/machine/own-limits.ts';

const folder = await mkdtemp(join(tmpdir(), 'edgeloop-safetensors-'));
t.teardown(() => rm(folder, { recursive: true }));

/**
 * Files of this process end there: a write that goes beyond is short, the next fails, as on a full
 * disk.
 */
async function withLargestFile(bytes: number, act: () => Promise<void>): Promise<void> {
  // Unheard, it ends the process.
  const heard = () => {};
  process.on('SIGXFSZ', heard);
  await withOwnLimit('fsize', bytes, act).finally(() => process.off('SIGXFSZ', heard));
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
  { skip: noOwnLimits },
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
