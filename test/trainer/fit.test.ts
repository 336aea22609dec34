import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { drawSample, encodeJpeg } from '@edgeloop/imaging';
import { loadPackage } from '@edgeloop/onnx';
import t from 'tap';
import { ownMark, writeMark } from '../../trainer/src/run/process-mark.ts';
import { PROGRAMS } from '../stand/programs.ts';
import { trainer } from '../stand/trainer/trainer.ts';

const root = await mkdtemp(join(tmpdir(), 'edgeloop-trainer-'));
t.teardown(() => rm(root, { recursive: true }));

async function pictures(name: string, classes: readonly ('empty' | 'good')[], each: number) {
  for (const label of classes) {
    await mkdir(join(root, name, label), { recursive: true });
    for (let i = 0; i < each; i++) {
      const jpeg = await encodeJpeg(await drawSample(i, label), 88);
      await writeFile(join(root, name, label, `${i}.jpg`), jpeg);
    }
  }
  return join(root, name);
}

const short = ['--size', '32', '--epochs', '2', '--batch', '8', '--threads', '1', '--json'];

t.test(
  'a folder becomes a package that verifies; a truncated picture is skipped and told',
  async (t) => {
    const folder = await pictures('set', ['empty', 'good'], 12);
    const whole = await readFile(join(folder, 'good', '0.jpg'));
    await writeFile(join(folder, 'good', 'torn.jpg'), whole.subarray(0, 900));
    const out = join(root, 'package');
    // Of a process that can't be, above the highest number of Linux, and of one that is.
    const partial = (pid: number) => `${out}.partial-${writeMark({ ...ownMark(), pid })}`;
    const [abandoned, alive] = [partial(4194305), partial(process.pid)];
    for (const left of [abandoned, alive]) await mkdir(left);
    const fit = await trainer('fit', folder, '--out', out, ...short);
    t.equal(fit.status, 0, fit.err);
    t.match(fit.err, /Skipped good\/torn\.jpg/);
    const figures = JSON.parse(fit.out);
    t.equal(figures.skipped, 1);
    t.ok(figures.int8Bytes <= 0.27 * figures.fp32Bytes);
    t.same(
      (await readdir(root)).filter((name) => name.includes('partial')),
      [basename(alive)],
      'what was abandoned is removed, what is being written is left alone',
    );

    t.same((await readdir(`${out}.run`)).sort(), ['events.jsonl', 'metrics.json', 'report.html']);
    const events = await readFile(join(`${out}.run`, 'events.jsonl'), 'utf8');
    const kinds = events.split('\n').flatMap((line) => (line ? [JSON.parse(line).kind] : []));
    t.same([kinds.includes('reading'), kinds.at(-1)], [true, 'finished']);
    t.equal(kinds.filter((kind) => kind === 'epoch').length, 2);
    const metrics = JSON.parse(await readFile(join(`${out}.run`, 'metrics.json'), 'utf8'));
    t.equal(metrics.package, figures.package);
    t.equal(metrics.int8.accuracy.value, figures.int8TestAccuracy);
    t.equal(metrics.epochs.length, 2);
    t.match(metrics.learning, { trained: 'network' }, 'from random weights by whole trainings');
    const { manifest } = await loadPackage(out, 'int8');
    t.equal(
      manifest.variants.int8?.calibration?.temperature,
      metrics.int8.calibration.temperature,
      'the package carries the temperature of the report',
    );
    t.match(await readFile(join(`${out}.run`, 'report.html'), 'utf8'), 'good/torn.jpg');

    const good = await trainer('verify', out);
    t.equal(good.status, 0, good.err);
    t.match(good.out, figures.package);

    const again = await trainer('fit', folder, '--out', out, ...short);
    t.equal(again.status, 46, 'an existing package is not replaced unasked');
    const misspelt = await trainer('fit', join(root, 'ste'), '--out', out, ...short, '--force');
    t.equal(misspelt.status, 40, misspelt.err);
    t.same(
      (await readdir(`${out}.run`)).sort(),
      ['events.jsonl', 'metrics.json', 'report.html'],
      'nor is a run by a mistake beside --force',
    );
    t.equal(await readFile(join(`${out}.run`, 'events.jsonl'), 'utf8'), events);

    const model = join(out, 'model.int8.onnx');
    const bytes = await readFile(model);
    bytes[5000] = (bytes[5000] as number) ^ 1;
    await writeFile(model, bytes);
    const altered = await trainer('verify', out);
    t.equal(altered.status, 15);
    t.match(altered.err, /Expected SHA-256 .* for model\.int8\.onnx/);
  },
);

t.test('input that can not be trained on is refused, each kind with its own status', async (t) => {
  const empty = join(root, 'nothing');
  await mkdir(empty);
  const divided = join(root, 'divided');
  await mkdir(join(divided, 'train', 'good'), { recursive: true });
  const one = await pictures('one', ['good'], 4);
  const out = join(root, 'none');
  for (const [folder, status, message] of [
    [join(root, 'nowhere'), 40, /Expected a folder of class folders at .*nowhere/],
    [empty, 41, /Expected JPEG, PNG or WebP pictures/],
    [divided, 41, /received folders: train\/good\. Name the folder .* such as .*divided\/train;/],
    [one, 42, /at least two classes .* received one: good/],
  ] as const) {
    const { status: got, err } = await trainer('fit', folder, '--out', out, ...short);
    t.equal(got, status, err);
    t.match(err, message);
  }
  for (const [args, message] of [
    [['--size', '50'], /multiple of 32 at least 32 and at most 448 for size, received 50/],
    [['--class-weights', 'rare'], /Expected a number, received "rare"/],
    [['--quantization-aware', '3'], /from 0 to the 2 epochs for quantizationAware, received 3/],
    [['--warm-up', '2'], /at least 0 and at most 0\.9 for warmUp, received 2/],
    [['--out', one, '--force'], /a folder apart from the pictures in .*one for --out/],
    [['--checkpoint-seconds', '-1'], /a number of seconds from 0, received "-1"/],
  ] as const) {
    const { status, err } = await trainer('fit', one, '--out', out, ...short, ...args);
    t.equal(status, 45, err);
    t.match(err, message);
  }
});

t.test(
  'a loss that is lost ends it, with what to try; there is nothing to go on from',
  async (t) => {
    const folder = await pictures('lost', ['empty', 'good'], 12);
    const out = join(root, 'lost-package');
    const more = ['--learning-rate', '10', '--warm-up', '0', '--epochs', '9'];
    const { status, err } = await trainer('fit', folder, '--out', out, ...short, ...more);
    t.equal(status, 26, err);
    t.match(err, /received \S+ at step \d+\. .*Here: --learning-rate 2\.5, then --warm-up 0\.3\./);
    t.same(
      (await readdir(root)).filter((name) => name.startsWith('lost-')),
      [],
    );
  },
);

for (const moment of [/Reading/, /pictures to train/, /Epoch 1/, /Quantizing/]) {
  t.test(`Ctrl-C at ${moment} ends at once, and says what is left`, async (t) => {
    const folder = await pictures('interrupted', ['empty', 'good'], 12);
    const out = join(root, 'interrupted-package');
    const { status, after } = await interruptedFit([folder, '--out', out, ...short], moment);
    t.equal(status, 130);
    // What was being read may have been read when the signal came.
    const expected = /^(\d+ pictures to train.*\n)?Stopped by SIGINT\. No package was written/;
    t.match(after, expected, 'no further epoch, no further phase');
    const left = (await readdir(root)).filter((name) => name.startsWith('interrupted-package'));
    if (moment.test('Quantizing')) t.match(after, `The checkpoint in ${out}.run is kept`);
    t.same(left, after.includes('--resume') ? ['interrupted-package.run'] : []);
    await rm(`${out}.run`, { recursive: true, force: true });
  });
}

t.test('what a killed fit left of models goes with the next', async (t) => {
  const temporary = join(root, 'temporary');
  await mkdir(temporary);
  const args = ['--out', join(root, 'killed-package'), ...short];
  const killed = { signal: 'SIGKILL', temporary } as const;
  const folder = await pictures('killed', ['empty', 'good'], 12);
  await interruptedFit([folder, ...args], /pictures to train/, killed);
  const [left, ...more] = await readdir(temporary);
  t.match(await readdir(join(temporary, left ?? '')), [/^edgeloop-fit-/]);
  t.same(more, []);
  const next = await interruptedFit([join(root, 'nowhere'), ...args], /never/, killed);
  t.equal(next.status, 40);
  t.same(await readdir(temporary), []);
});

/** Interrupted as soon as it has said something. */
async function interruptedFit(
  args: readonly string[],
  moment: RegExp,
  { signal = 'SIGINT', temporary = tmpdir() }: { signal?: NodeJS.Signals; temporary?: string } = {},
) {
  const child = spawn(process.execPath, [PROGRAMS.trainer, 'fit', ...args], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, TMPDIR: temporary },
  });
  let said = '';
  let atSignal = Number.POSITIVE_INFINITY;
  child.stderr.on('data', (text) => {
    said += text;
    if (moment.test(said) && atSignal > said.length) {
      atSignal = said.length;
      child.kill(signal);
    }
  });
  const status = await new Promise((resolve) => child.on('close', resolve));
  return { status, after: said.slice(atSignal) };
}
