import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const TRAINER = fileURLToPath(new URL('../trainer/src/main.ts', import.meta.url));

/** The figures of `edgeloop-trainer fit`, from source. */
export async function runFit(
  folder: string,
  out: string,
  ...flags: string[]
): Promise<{ testAccuracy: number; int8TestAccuracy: number; seconds: number }> {
  const args = ['fit', folder, '--out', out, '--no-learning-curve', '--json', ...flags];
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [...process.execArgv, TRAINER, ...args],
    { maxBuffer: 16 * 1024 * 1024 },
  );
  return JSON.parse(stdout);
}
