import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { encodeJpeg } from '@edgeloop/imaging';
import { MANIFEST_FILE, seededRandom } from '@edgeloop/protocol';
import type { Test } from 'tap';
import { DEFAULT_GATE } from '../../../control-plane/src/jobs/gate/gate-policy.ts';
import { AgentFolder } from '../../stand/agent/agent-process.ts';
import type { ControlPlaneProcess } from '../../stand/control-plane/control-plane-process.ts';
import { edgeloop } from '../../stand/control-plane/edgeloop.ts';
import { COLOURS, type Colour, writeColourPackage } from '../../stand/models/colour-package.ts';
import { storedZip } from '../../stand/stored-zip.ts';

export const TASK = 'main';
/** As many as the story labels. */
export const LABELS = 40;
/** Of each class, labelled before there was a device, by side of the split. */
const SIDES = { train: 8, val: 3, test: 8 };
/** As many are labelled before it. */
export const BEFORE = COLOURS.length * (8 + 3 + 8);

/**
 * The champion takes red for green, and green for red: the other way round it tells what a picture
 * shows.
 */
export const SWAPPED: Readonly<Record<Colour, Colour>> = {
  red: 'green',
  green: 'red',
  blue: 'blue',
};

/** Of one colour with noise, so that no two are the same. */
async function noisy(colour: Colour, seed: number): Promise<Uint8Array> {
  const random = seededRandom(seed);
  const channel = COLOURS.indexOf(colour);
  const data = new Uint8Array(32 * 24 * 3).map(
    (_, i) => random.between(0, 40) + (i % 3 === channel ? 200 : 0),
  );
  return encodeJpeg({ data, width: 32, height: 24 }, 95);
}

async function labelledBefore(): Promise<Uint8Array> {
  const files: Record<string, Uint8Array> = {};
  let seed = 1000;
  for (const [side, count] of Object.entries(SIDES)) {
    for (const colour of COLOURS) {
      for (let i = 0; i < count; i++) {
        files[`${side}/${colour}/${i}.jpg`] = await noisy(colour, seed++);
      }
    }
  }
  return storedZip(files);
}

/** The colour model with two of its classes swapped. */
async function writeSwapped(folder: string): Promise<string> {
  await writeColourPackage(folder);
  const file = join(folder, MANIFEST_FILE);
  const manifest = JSON.parse(await readFile(file, 'utf8'));
  const classes = COLOURS.map((colour) => SWAPPED[colour]);
  await writeFile(file, JSON.stringify({ ...manifest, name: 'swapped', classes }));
  return folder;
}

/**
 * A task with a champion that is often wrong, and a small recipe.
 * @returns the champion's digest
 */
export async function openTask(t: Test, controlPlane: ControlPlaneProcess): Promise<string> {
  await controlPlane.post('/api/tasks', { task: TASK, classes: COLOURS });
  const settings = await controlPlane.get(`/api/tasks/${TASK}/training`);
  const answers = [
    await controlPlane.fetch(`/api/tasks/${TASK}/training`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        ...settings,
        recipe: { size: 32, epochs: 10, batch: 4, learningRate: 0.01 },
        init: { kind: 'random' },
        gate: {
          ...DEFAULT_GATE,
          leastSamples: 6,
          floors: { accuracy: 0, classRecall: 0 },
          int8Loss: { overall: 1, perClass: 1 },
        },
      }),
    }),
    await controlPlane.fetch(`/api/tasks/${TASK}/import?format=imagefolder`, {
      method: 'POST',
      headers: { 'content-type': 'application/zip' },
      body: Buffer.from(await labelledBefore()),
    }),
  ];
  for (const answer of answers) t.ok(answer.ok, await answer.text());
  const folder = await writeSwapped(join(t.testdirName, 'swapped'));
  const pushed = await edgeloop(controlPlane, 'models', 'push', folder, '--task', TASK, '--json');
  t.equal(pushed.code, 0, pushed.stderr);
  const { digest } = JSON.parse(pushed.stdout);
  await controlPlane.fetch(`/api/models/${digest}/aliases/champion`, { method: 'PUT' });
  return digest;
}

/**
 * A machine with an agent that is not enrolled, before whose camera each of some pictures comes
 * again and again.
 */
export async function openDevice(t: Test, controlPlane: ControlPlaneProcess) {
  const folder = await AgentFolder.create();
  t.teardown(() => folder.remove());
  await writeSwapped(join(folder.path, 'package'));
  // Some of each colour one after another: what changes with each frame is no occurrence.
  for (let i = 0; i < LABELS + 8; i++) {
    const name = `${String(i).padStart(3, '0')}.jpg`;
    await folder.addFile(name, await noisy(COLOURS[Math.floor(i / 16)] as Colour, i));
  }
  const config = await folder.configure(controlPlane.url, {
    server: { url: `http://127.0.0.1:${controlPlane.apiPort}` },
    sampling: {
      cooldown: '0ms',
      random: { oneIn: 1 },
      store: { minFree: '0B' },
      budgets: { perHour: 1000, perDay: 1000 },
    },
    health: { interval: '400ms' },
    updates: { probation: '2s', minFree: '0B' },
    cameras: {
      cam0: {
        slot: 'main',
        source: { kind: 'directory', path: 'pictures', loop: true, interval: '100ms' },
        decide: { mode: 'occurrence', updateInterval: '5s' },
      },
    },
  });
  return { path: folder.path, config };
}
