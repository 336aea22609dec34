import { bytes, type CameraId, millis } from '@edgeloop/protocol';
import { OutboxStore } from '../../../agent/src/outbox/outbox-store.ts';

// Commits until it is killed, and says after each commit which number was the last.
const path = process.argv[2] as string;
const store = new OutboxStore(path, { rows: 1e6, bytes: bytes(1e9), age: millis(1e12) });
const row = { camera: 'cam0' as CameraId, body: JSON.stringify({ filler: 'x'.repeat(300) }) };
for (;;) {
  const first = store.append([row, row, row], millis(performance.now()));
  process.send?.(first + 2);
  await new Promise(setImmediate);
}
