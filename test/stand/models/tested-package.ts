import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Evaluation, MANIFEST_FILE, type Manifest } from '@edgeloop/protocol';
import { COLOURS, type Colour, writeColourPackage } from './colour-package.ts';
import { type TestPrediction, withPredictions } from './predictions.ts';

type Form = 'int8' | 'float32';

/**
 * The colour package with both forms, and with figures that its predictions come to: as a trainer
 * writes one.
 */
export async function writeTestedPackage(
  folder: string,
  lines: readonly TestPrediction[],
  { dataset = '0'.repeat(64) }: { dataset?: string } = {},
): Promise<string> {
  await writeColourPackage(folder);
  const path = join(folder, MANIFEST_FILE);
  const manifest: Manifest = JSON.parse(await readFile(path, 'utf8'));
  const int8 = manifest.variants.int8!;
  const file = { ...int8.file, path: 'model.float32.onnx' };
  await copyFile(join(folder, int8.file.path), join(folder, file.path));
  manifest.variants.float32 = { ...int8, file };
  for (const { logits } of manifest.golden.cases) logits.float32 = logits.int8!;
  manifest.metrics!.test = {
    int8: evaluation(lines, 'int8'),
    float32: evaluation(lines, 'float32'),
  };
  manifest.metrics!.samples.test = lines.length;
  manifest.lineage.dataset = dataset as Manifest['lineage']['dataset'];
  await writeFile(path, JSON.stringify(manifest));
  return withPredictions(folder, lines);
}

function evaluation(lines: readonly TestPrediction[], form: Form): Evaluation {
  const count = (truth: Colour | null, called: Colour | null) =>
    lines.filter(
      (line) =>
        (truth === null || line.truth === truth) &&
        (called === null || line[form]?.label === called),
    ).length;
  const share = (part: number, whole: number) => (whole === 0 ? 0 : part / whole);
  const right = COLOURS.reduce((sum, colour) => sum + count(colour, colour), 0);
  return {
    accuracy: share(right, lines.length),
    confusion: COLOURS.map((truth) => COLOURS.map((called) => count(truth, called))),
    perClass: Object.fromEntries(
      COLOURS.map((colour) => [
        colour,
        {
          precision: share(count(colour, colour), count(null, colour)),
          recall: share(count(colour, colour), count(colour, null)),
          samples: count(colour, null),
        },
      ]),
    ),
  };
}
