import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bytes, type CameraId, millis } from '@edgeloop/protocol';
import type { OutboxBounds } from '../../../../agent/src/config/config.ts';
import type { OutboxStore } from '../../../../agent/src/outbox/outbox-store.ts';

/** Bounds that no test meets by chance. */
export const WIDE: OutboxBounds = { rows: 1e6, bytes: bytes(1e9), age: millis(1e12) };
export const NOW = millis(1000);
export const row = (body = '{}') => ({ camera: 'cam0' as CameraId, body });
export const rows = (count: number, body = '{}') => Array.from({ length: count }, () => row(body));

export const deleteThrough = (store: OutboxStore, through: number) =>
  store.deleteStored({ stream: store.status().stream, through });

export function folder(t: { teardown(remove: () => void): void }): string {
  const path = mkdtempSync(join(tmpdir(), 'outbox-'));
  t.teardown(() => rmSync(path, { recursive: true, force: true }));
  return path;
}
