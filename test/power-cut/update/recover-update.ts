import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import {
  epochMillis,
  MANIFEST_FILE,
  MANIFEST_SIGNATURE_FILE,
  type RootKeys,
  type Sha256,
  type UpdateReport,
} from '@edgeloop/protocol';
import { parseSignature, verifyPackage } from '@edgeloop/signing';
import { parseConfig } from '../../../agent/src/config/load-config.ts';
import { Assignments } from '../../../agent/src/update/assignments.ts';
import { hasEnded, runsBy } from '../../../agent/src/update/machine/slot-record.ts';
import { slotFiles } from '../../../agent/src/update/store/slot-files.ts';
import { readTrust } from '../../../agent/src/update/trust/root-file.ts';
import type { KillStand } from '../../agent/update/kill-points/kill-stand.ts';
import { UpdatedDevice } from '../../agent/update/kill-points/updated-device.ts';
import { DEVICE, SLOT } from '../../stand/fleet/signed-fleet.ts';
import type { Tree } from '../disk/read-image.ts';
import { writeTree } from '../disk/write-tree.ts';

/** What a device finds that starts after a power cut. */
export interface FoundUpdate {
  /** The model that decides. */
  readonly runs: Sha256 | null;
  /** How the update of the third model stands; null: nothing is known of it. */
  readonly state: UpdateReport['state'] | null;
  /** Whether what it was told before would be taken now, is known, or refused. */
  readonly told: string;
  /** How the update ended, where it went on; null: it did not. */
  readonly ended: { readonly runs: Sha256 | undefined; readonly state: string } | null;
  /** What is wrong whatever was promised; null: nothing. */
  readonly wrong: string | null;
}

const NOTHING = { runs: null, state: null, told: '', ended: null };
const LONGEST = 10_000;

/** Why an agent that was killed as it activated a model leaves it: MAX_BOOTS, docs/updates.md. */
const THIRD_START = 'Given up: the agent started 3 times while activating the model.';

/**
 * Starts as the agent does, in this process, twice.
 * @param goOn the second time, to the end of the update
 * @param killed before the power was cut: then the second may be its third start in one state
 */
export async function recoverUpdate(
  stand: KillStand,
  tree: Tree,
  { goOn, killed }: { goOn: boolean; killed: boolean },
): Promise<FoundUpdate> {
  const given = stand.given('cut');
  const config = parseConfig(readFileSync(given.config, 'utf8'), given.config);
  writeTree(config.state, tree);
  const open = () => new UpdatedDevice({ ...given, config, onChange: () => {} });
  try {
    const told = await askAgain(stand, config.state);
    const first = await look(open());
    await checkPackages(config);
    const device = open();
    const second = await look(device, async () => {
      if (!goOn) return null;
      await device.goOn(given.desired);
      return endOf(device);
    });
    const left = killed && first.state === 'activating' && second.reason === THIRD_START;
    const same = first.runs === second.runs && (first.state === second.state || left);
    const wrong = same ? null : `then it runs ${second.runs}, ${second.state}`;
    const { runs, state, problems } = first;
    return { runs, state, ended: left ? null : second.ended, told, wrong: problems ?? wrong };
  } catch (error) {
    return { ...NOTHING, wrong: (error as Error).message };
  }
}

async function look(
  device: UpdatedDevice,
  then: () => Promise<FoundUpdate['ended']> = async () => null,
) {
  try {
    await device.start();
    const { model = null, update } = device.models.reported.main ?? {};
    const state = update?.generation === 3 ? update.state : null;
    const problems = device.models.problems[0] ?? null;
    const ended = await then();
    const reason = device.models.reported.main?.update?.reason?.message ?? null;
    return { runs: model, state, problems, reason, ended };
  } finally {
    await device.close();
  }
}

async function endOf(device: UpdatedDevice): Promise<FoundUpdate['ended']> {
  const begun = performance.now();
  for (;;) {
    const { model, update } = device.models.reported.main!;
    // What was taken back decides until the one before is loaded again.
    const decides = update?.state !== 'reverted' || update.model !== model;
    if (update && update.generation === 3 && hasEnded(update as never) && decides) {
      return { runs: model, state: update.state };
    }
    if (performance.now() - begun > LONGEST) return { runs: model, state: 'no end' };
    device.see();
    await delay(2);
  }
}

/** The one that decides, and the one that a rollback would go back to: whole, and signed. */
async function checkPackages(config: ReturnType<typeof parseConfig>): Promise<void> {
  const { store, packages } = slotFiles(config.state, SLOT, config.slots.get(SLOT)!);
  const fallback = await packages.findFallback();
  const record = await store.record(fallback);
  const trust = await readTrust(config.state);
  for (const { model } of [runsBy(record), record.good, record.previous ?? record.good]) {
    await packages.load(model);
    if (!packages.isFallback(model))
      await checkSignature(store.folderOf(model), trust!.current.signed);
  }
}

async function checkSignature(folder: string, root: RootKeys): Promise<void> {
  const manifest = await readFile(join(folder, MANIFEST_FILE));
  const text = await readFile(join(folder, MANIFEST_SIGNATURE_FILE), 'utf8');
  verifyPackage(root, manifest, parseSignature(text, folder));
}

/**
 * What the device was told before the third model. Taken twice, a device could be led back to any
 * model that it ever had.
 */
async function askAgain(stand: KillStand, folder: string): Promise<string> {
  const keys = (await readTrust(folder))?.current.signed ?? null;
  const now = () => epochMillis(Date.now());
  const assignments = new Assignments({ folder, device: DEVICE, root: { keys }, now });
  await assignments.start();
  return (await assignments.judge(stand.told, SLOT, 'active')).kind;
}
