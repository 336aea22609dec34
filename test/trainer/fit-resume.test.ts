import { spawn } from 'node:child_process';
import { existsSync, readdirSync, watch } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { drawSample, encodeJpeg } from '@edgeloop/imaging';
import t from 'tap';
import { readEvents } from '../../trainer/src/report/events-file.ts';
import { LONG } from '../stand/long.ts';
import { PROGRAMS } from '../stand/programs.ts';
import { trainer } from '../stand/trainer/trainer.ts';

t.setTimeout(400_000);
const root = await mkdtemp(join(tmpdir(), 'edgeloop-resume-'));
t.teardown(() => rm(root, { recursive: true }));

const folder = join(root, 'set');
for (const label of ['empty', 'good'] as const) {
  await mkdir(join(folder, label), { recursive: true });
  for (let i = 0; i < 12; i++) {
    const jpeg = await encodeJpeg(await drawSample(i, label), 88);
    await writeFile(join(folder, label, `${i}.jpg`), jpeg);
  }
}

/**
 * All that a step's result can depend on: an optimizer with a count of steps, averages, draws, a
 * change of the graph.
 */
const recipe = [
  ...['--size', '32', '--epochs', '3', '--batch', '8', '--threads', '2', '--learning-rate', '2e-4'],
  ...['--optimizer', 'adamw', '--averaging', '0.9', '--colour-jitter', '0.3', '--patience', '2'],
  ...['--quantization-aware', '1', '--class-weights', 'balanced'],
  ...['--no-learning-curve', '--json'],
];
const out = (name: string) => join(root, name);
const fit = (name: string, ...more: string[]) =>
  trainer('fit', folder, '--out', out(name), ...recipe, ...more);

/**
 * When to kill: as soon as something is said, a file is in the run's folder, or the package is
 * there.
 */
type Moment = { readonly said: RegExp } | { readonly file: RegExp } | { readonly written: string };

/** Kills a fit as the system does, at a moment: what it leaves is what it had written. */
async function killed(name: string, moment: Moment, ...more: string[]): Promise<string> {
  const run = `${out(name)}.run`;
  await mkdir(run, { recursive: true });
  const args = ['fit', folder, '--out', out(name), ...recipe, '--checkpoint-seconds', '0', ...more];
  const child = spawn(process.execPath, [PROGRAMS.trainer, ...args], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const kill = () => child.kill('SIGKILL');
  let said = '';
  child.stderr.on('data', (text) => {
    said += text;
    if ('said' in moment && moment.said.test(said)) kill();
  });
  const watcher = watch(run, (_event, file) => {
    const there = file !== null && existsSync(join(run, file));
    if (there && 'file' in moment && moment.file.test(file)) kill();
  });
  const beside = watch(root, () => {
    if ('written' in moment && existsSync(join(out(name), moment.written))) kill();
  });
  const signal = await new Promise((resolve) => child.on('close', (_status, by) => resolve(by)));
  watcher.close();
  beside.close();
  t.equal(signal, 'SIGKILL', `${JSON.stringify(String(Object.values(moment)))} came: ${said}`);
  return said;
}

/** Each comes whatever the one before left: of the last two steps one is done again. */
const MOMENTS: readonly Moment[] = [
  ...whenLong({ said: /pictures to train/ }, { file: /^checkpoint\.safetensors\.partial/ }),
  { file: /^checkpoint\.safetensors$/ },
  ...whenLong(
    { said: /Epoch 1/ },
    { said: /Epoch 2/ },
    // Of the epochs that round; the third is the first of them.
    { file: /^best-3\.safetensors\.partial/ },
    { said: /Quantizing/ },
  ),
  { written: 'manifest.json' },
];

function whenLong(...moments: Moment[]): Moment[] {
  return LONG ? moments : [];
}

t.test('killed again and again, it ends with the package of an undisturbed run', async (t) => {
  const undisturbed = fit('undisturbed');
  const places: string[] = [];
  for (const moment of MOMENTS) {
    const said = await killed('killed', moment, '--resume');
    places.push(/Going on in (epoch \d, after \d)/.exec(said)?.[1] ?? 'from the beginning');
  }
  const resumed = await fit('killed', '--resume');
  t.equal(resumed.status, 0, resumed.err);
  const whole = await undisturbed;
  t.equal(whole.status, 0, whole.err);
  t.equal(JSON.parse(resumed.out).package, JSON.parse(whole.out).package);
  t.ok(places.includes('epoch 1, after 1'), `within an epoch, too: ${places.join('; ')}`);
  const { started } = JSON.parse(
    await readFile(join(`${out('killed')}.run`, 'metrics.json'), 'utf8'),
  );
  const events = readEvents(join(`${out('killed')}.run`, 'events.jsonl'));
  const resumption = events.find(({ kind }) => kind === 'resumed');
  t.ok(started < String(resumption?.time), 'the report tells when it began at first');
  const left = readdirSync(`${out('killed')}.run`).sort();
  t.same(left, ['events.jsonl', 'metrics.json', 'report.html'], 'nothing is left to go on from');
  t.notOk(readdirSync(root).some((file) => file.includes('partial')));
});

t.test('what an unfinished run is refused for', async (t) => {
  await killed('refused', { said: /Epoch 1/ });
  for (const [what, args, status, message] of [
    ['no word', [], 103, /unfinished run in .*refused\.run.*--resume.*--force/],
    ['a recipe', ['--resume', '--seed', '2'], 100, /received seed 2 \(was 1\)/],
    ['another', ['--resume', '--warm-up', '0.5'], 100, /received warmUp 0\.5 \(was 0\.25\)/],
  ] as const) {
    const { status: got, err } = await fit('refused', ...args);
    t.equal(got, status, `${what}: ${err}`);
    t.match(err, message);
  }
  await mkdir(out('refused'));
  const foreign = await fit('refused', '--resume');
  t.equal(foreign.status, 46, 'what is no package of this run is not replaced unasked');
  await rm(out('refused'), { recursive: true });
  const said = await killed('refused', { said: /last bits.*/ }, '--resume', '--threads', '1');
  t.match(said, /differ in its last bits .*threads 1 \(was 2\)/);

  const run = `${out('refused')}.run`;
  const left = readdirSync(run);
  const saidBefore = readEvents(join(run, 'events.jsonl'));
  const args = ['--out', out('refused'), ...recipe, '--force'];
  const misspelt = await trainer('fit', join(root, 'ste'), ...args);
  t.equal(misspelt.status, 40, misspelt.err);
  t.same(readdirSync(run), left, 'a mistake beside --force costs nothing');
  t.same(readEvents(join(run, 'events.jsonl')), saidBefore);
  await writeFile(
    join(folder, 'good', 'new.jpg'),
    await encodeJpeg(await drawSample(99, 'good'), 88),
  );
  const { status, err } = await fit('refused', '--resume');
  await rm(join(folder, 'good', 'new.jpg'));
  t.equal(status, 100, err);
  t.match(err, /received other pictures/);
  t.same(readdirSync(run), left, 'a refusal costs nothing');
});
