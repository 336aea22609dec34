import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import t from 'tap';
import { emulatedNode } from './emulated-node.ts';
import { emulationMissing } from './emulation-missing.ts';
import { PIS, type Pi } from './pi.ts';
import { type Saw, STAGES, seePictures } from './see-pictures.ts';
import { writeDrawnPackage } from './write-drawn-package.ts';
import { writePictures } from './write-pictures.ts';

t.setTimeout(500_000);

/**
 * Largest difference of a logit or of an element of the embedding. Measured: none at all. Integers
 * are summed exactly on every processor; one that is rounded the other way changes the embedding by
 * its step, 0.02, which this does not let pass.
 */
const TOLERANCE = 0.001;
const PROGRAM = fileURLToPath(new URL('./see-pictures-main.ts', import.meta.url));

t.test('a Pi sees what x64 sees', { skip: emulationMissing }, async (t) => {
  const root = mkdtempSync(join(tmpdir(), 'edgeloop-arm64-'));
  t.teardown(() => rmSync(root, { recursive: true, force: true }));
  const [packageFolder, pictures] = [join(root, 'package'), join(root, 'pictures')];
  await writeDrawnPackage(packageFolder, 64);
  const count = await writePictures(pictures);

  const seeOn = async (pi: Pi): Promise<Record<string, Saw>> => {
    const args = [PROGRAM, packageFolder, pictures, join(root, pi.name)];
    const { stdout } = await promisify(execFile)(emulatedNode(pi), args, { maxBuffer: 2 ** 26 });
    return JSON.parse(stdout);
  };
  const expected = await seePictures(packageFolder, pictures, join(root, 'x64'));
  t.equal(Object.keys(expected).length, count);
  t.ok(new Set(Object.values(expected).map(({ logits }) => largest(logits))).size > 1);

  // One after another: a process that waits for its turn may miss its deadline.
  for (const pi of PIS) {
    const { name } = pi;
    const saw = await seeOn(pi);
    t.same(Object.keys(saw), Object.keys(expected), `${name}: every picture`);
    for (const [picture, x64] of Object.entries(expected)) {
      const file = (where: string, stage: string) =>
        readFileSync(join(root, where, `${picture}.${stage}`));
      const other = STAGES.filter((stage) => !file(name, stage).equals(file('x64', stage)));
      t.same(other, [], `${name}: ${picture} to the last bit`);
      const { logits, embedding } = saw[picture] as Saw;
      const difference = Math.max(distance(logits, x64.logits), distance(embedding, x64.embedding));
      t.ok(difference <= TOLERANCE, `${name}: ${picture} differs by ${difference}`);
      t.equal(largest(logits), largest(x64.logits), `${name}: ${picture} has the same label`);
    }
  }
});

const largest = (values: readonly number[]): number => values.indexOf(Math.max(...values));

/** NaN where one has other elements than the other. */
const distance = (a: readonly number[], b: readonly number[]): number =>
  a.length === b.length
    ? Math.max(...a.map((value, i) => Math.abs(value - (b[i] ?? Number.NaN))))
    : Number.NaN;
