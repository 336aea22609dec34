import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Test } from 'tap';
import { FROM_SOURCE } from '../stand/from-source.ts';
import { FAKETIME } from './line/clock.ts';
import type { Report } from './run-faults.ts';

const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url));
/** Mounts, network and processes of its own, which end with it. */
const UNSHARE = ['--mount', '--net', '--pid', '--fork', '--kill-child', '--mount-proc'];
/** The first process of all takes in those whose parents were killed. */
const FIRST = ['sh', '-c', '"$@"; exit $?', 'sh'];

/** For tap's `skip`. CI must have it all. */
export const faultsMissing: string | false = process.env.CI !== 'true' && missing();

function missing(): string | false {
  const works = (program: string, ...args: string[]) => spawnSync(program, args).status === 0;
  if (!works('unshare', ...UNSHARE, 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt')) {
    return 'needs root, and namespaces of its own';
  }
  const programs = ['gcc', 'ip', 'tc', 'ffmpeg', 'mosquitto'];
  const lacking = programs.filter((name) => !works('sh', '-c', `command -v ${name}`));
  if (!existsSync(FAKETIME)) lacking.push('libfaketime');
  return lacking.length > 0 && `needs ${lacking.join(', ')}`;
}

/** One run of the line under faults, by the options of `main.ts`. It ends with the test. */
export async function runInNamespaces(
  t: Pick<Test, 'teardown' | 'comment'>,
  args: readonly string[],
): Promise<Report> {
  const folder = mkdtempSync(join(tmpdir(), 'faults-'));
  const report = join(folder, 'report.json');
  const all = [process.execPath, ...FROM_SOURCE, MAIN, '--keep', folder, '--report', report];
  const child = spawn('unshare', [...UNSHARE, ...FIRST, ...all, ...args], {
    stdio: ['ignore', 'ignore', 'pipe'],
    // Whatever it leaves is below it.
    env: { ...process.env, TMPDIR: folder },
  });
  t.teardown(() => {
    child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  await new Promise((resolve) => child.once('close', resolve));
  // By this a run that found something can be looked at, and struck again.
  t.comment(said);
  if (!existsSync(report)) throw new Error(`The run did not end in order: ${said.slice(-2_000)}`);
  return JSON.parse(readFileSync(report, 'utf8'));
}
