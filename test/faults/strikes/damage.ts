import {
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { Random } from '@edgeloop/protocol';
import { type Fault, pick } from '../fault.ts';
import { readStoreBefore } from '../judge/read-store.ts';
import { copyDatabase } from '../line/line.ts';
import { readOutbox } from '../witness/read-outbox.ts';

const PAGE = 4096;
const FLIPPED = 64;
/** Of a log: its header, and each frame's before the page. */
const LOG_HEADER = 32;
const FRAME = 24 + PAGE;

/** Some bytes of one page become others. */
function damagePage(path: string, random: Random): string {
  const bytes = readFileSync(path);
  const page = Math.floor((random.next() * bytes.length) / PAGE);
  for (let i = 0; i < FLIPPED; i++) {
    const at = page * PAGE + Math.floor(random.next() * PAGE);
    bytes[at] = (bytes[at] ?? 0) ^ (1 + Math.floor(random.next() * 255));
  }
  writeFileSync(path, bytes);
  return `page ${page + 1} of ${bytes.length / PAGE}`;
}

/** The last of it is gone: whole commits, and half a frame. */
function cutLog(path: string, random: Random): string {
  const log = `${path}-wal`;
  const size = existsSync(log) ? statSync(log).size : 0;
  const frames = Math.floor((size - LOG_HEADER) / FRAME);
  if (frames < 1) return 'nothing: the log is empty';
  const cut = Math.floor(random.between(0, Math.min(frames, 20)));
  const within = random.chance(0.5) ? Math.floor(random.next() * FRAME) : 0;
  const left = Math.max(0, LOG_HEADER + (frames - cut) * FRAME - within);
  truncateSync(log, left);
  return `${size - left} bytes of ${size}`;
}

const outboxFault = (
  name: string,
  damage: (path: string, random: Random) => string,
  isRead: boolean,
): Fault => ({
  name,
  async strike({ line, ledger, random }) {
    const { name: device, folder, service } = pick(random, line.devices);
    await service.stop();
    const before = readOutbox(folder);
    if (!before) {
      service.start();
      return null;
    }
    const outbox = join(folder, 'outbox.sqlite');
    const what = damage(outbox, random);
    ledger.outboxBroken(device, before, isRead ? await readCopy(outbox, readOutbox) : null);
    service.start();
    return { what: `${device}: ${what}`, heal: async () => {} };
  },
});

/** Looking at the file itself would mend its log. @param read is given the folder of the copy */
async function readCopy<Read>(
  path: string,
  read: (folder: string) => Read | Promise<Read>,
): Promise<Read> {
  const copy = mkdtempSync(join(tmpdir(), 'copy-'));
  copyDatabase(path, join(copy, basename(path)));
  try {
    return await read(copy);
  } finally {
    rmSync(copy, { recursive: true });
  }
}

/** Of a store that is whole, before it is taken back. */
const storeBefore = (path: string) =>
  readCopy(path, (folder) => readStoreBefore({ file: join(folder, basename(path)) }));

/** A page of the control plane's database; the copy of before comes back, as a backup does. */
const storePage: Fault = {
  name: 'store page damaged',
  async strike({ line, ledger, random }) {
    const path = line.store;
    if (path === null) return null;
    await line.stopStore();
    const copy = join(mkdtempSync(join(tmpdir(), 'store-')), 'copy');
    copyDatabase(path, copy);
    ledger.breakStore(await storeBefore(path));
    const what = damagePage(path, random);
    line.startStore();
    let healed = false;
    return {
      what,
      async heal() {
        if (healed) return;
        healed = true;
        await line.stopStore();
        rmSync(`${path}-shm`, { force: true });
        copyDatabase(copy, path);
        for (const { name, folder } of line.devices) {
          const contents = readOutbox(folder);
          if (contents) ledger.see(name, contents);
        }
        ledger.breakStore(null);
        line.startStore();
      },
    };
  },
};

const controlPlaneFault = (
  name: string,
  file: string,
  damage: (path: string, random: Random) => string,
): Fault => ({
  name,
  async strike({ line, ledger, random }) {
    const path = join(line.data, file);
    if (!existsSync(path)) return null;
    await line.stopStore();
    if (file === 'control-plane.sqlite') ledger.breakStore(await storeBefore(path));
    const what = damage(path, random);
    line.startStore();
    return { what, heal: async () => {} };
  },
});

export const DAMAGE_FAULTS: readonly Fault[] = [
  outboxFault('outbox page damaged', damagePage, false),
  outboxFault('outbox log cut', cutLog, true),
  storePage,
  controlPlaneFault('store log cut', 'control-plane.sqlite', cutLog),
  controlPlaneFault('broker page damaged', 'broker.sqlite', damagePage),
];
