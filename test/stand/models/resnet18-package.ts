import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { drawSample, encodeJpeg } from '@edgeloop/imaging';
import { exportResNet18, initialResNet18 } from '@edgeloop/onnx';
import { PROGRAMS } from '../programs.ts';

const LABELS = ['empty', 'good', 'scratched', 'missing'];

/**
 * ResNet18 of 224 pixels as the product runs it: INT8, calibrated on the drawn parts. Its weights
 * are random.
 * @returns the package's folder, below `root`
 */
export async function writeResNet18Package(root: string): Promise<string> {
  const pictures = join(root, 'calibration');
  mkdirSync(pictures);
  for (let seed = 0; seed < 8; seed++) {
    writeFileSync(
      join(pictures, `${seed}.jpg`),
      await encodeJpeg(await drawSample(seed, 'good'), 88),
    );
  }
  const model = join(root, 'float.onnx');
  const parameters = initialResNet18({ classes: LABELS.length, seed: 1 });
  writeFileSync(model, exportResNet18(parameters, { size: 224, classes: LABELS.length }));
  writeFileSync(join(root, 'labels.txt'), LABELS.join('\n'));
  const out = join(root, 'package');
  const { status, stderr } = spawnSync(
    process.execPath,
    [
      ...[PROGRAMS.trainer, 'quantize', model, '--calibration', pictures, '--out', out],
      ...['--labels', join(root, 'labels.txt'), '--method', 'minmax', '--json'],
    ],
    { encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(stderr);
  return out;
}
