import { readFileSync } from 'node:fs';
import { bytes, type CameraId, millis } from '@edgeloop/protocol';
import { OutboxStore } from '../../../agent/src/outbox/outbox-store.ts';

// Fills an outbox and says by how many megabytes its own memory grew, from the second megabyte of
// rows to the fortieth.
const path = process.argv[2] as string;
const store = new OutboxStore(path, { rows: 1e6, bytes: bytes(1e9), age: millis(1e12) });
const row = { camera: 'cam0' as CameraId, body: JSON.stringify('x'.repeat(1000)) };
const batch = Array.from({ length: 100 }, () => row);

function grownAfter(megabytes: number): number {
  for (let i = 0; i < megabytes * 10; i++) store.append(batch, millis(0));
  globalThis.gc?.();
  const smaps = readFileSync('/proc/self/smaps_rollup', 'utf8');
  return Number(/^Anonymous: +(\d+) kB$/m.exec(smaps)?.[1]) / 1024;
}

const before = grownAfter(2);
process.send?.(grownAfter(38) - before);
process.disconnect?.();
