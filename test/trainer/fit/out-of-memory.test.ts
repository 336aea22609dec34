import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { drawSample, encodeJpeg } from '@edgeloop/imaging';
import { OnnxError } from '@edgeloop/onnx';
import t from 'tap';
import { isOutOfMemory, smallerParts } from '../../../trainer/src/fit/out-of-memory.ts';
import { notLong } from '../../stand/long.ts';
import { PROGRAMS } from '../../stand/programs.ts';
import '../../stand/trainer/trainer.ts';

t.setTimeout(400_000);

t.test('what tells that memory ran out', (t) => {
  const failed = (message: string, signal?: NodeJS.Signals) =>
    new OnnxError('SESSION_FAILED', message, { cause: { ...(signal && { signal }) } });
  for (const [error, expected] of [
    [failed('Status Message: std::bad_alloc'), true],
    [failed('bfc_arena.cc:360 Failed to allocate memory for requested buffer of size 32'), true],
    [failed('was ended by SIGKILL', 'SIGKILL'), true],
    [failed('was ended by SIGILL', 'SIGILL'), false],
    [failed('ended with status 1'), false],
    [new OnnxError('SESSION_CLOSED', 'std::bad_alloc'), false],
    [new Error('std::bad_alloc'), false],
  ] as const) {
    t.equal(isOutOfMemory(error), expected, error.message);
  }
  t.end();
});

t.test('the parts that a step can go in', (t) => {
  t.same(smallerParts(32, 1), [2, 4, 8, 16]);
  t.same(smallerParts(24, 3), [4, 6, 8, 12]);
  t.same(smallerParts(19, 1), []);
  t.same(smallerParts(4, 2), []);
  t.end();
});

const prlimit = '/usr/bin/prlimit';

t.test(
  'too little memory: the batch that is told to fit does',
  { skip: (!existsSync(prlimit) && 'needs prlimit') || notLong },
  async (t) => {
    const root = await mkdtemp(join(tmpdir(), 'edgeloop-memory-'));
    t.teardown(() => rm(root, { recursive: true }));
    for (const label of ['empty', 'good'] as const) {
      await mkdir(join(root, 'set', label), { recursive: true });
      for (let i = 0; i < 12; i++) {
        const jpeg = await encodeJpeg(await drawSample(i, label), 88);
        await writeFile(join(root, 'set', label, `${i}.jpg`), jpeg);
      }
    }
    const args = [
      ...['fit', join(root, 'set'), '--out', join(root, 'model'), '--size', '288'],
      ...['--epochs', '1', '--batch', '16', '--threads', '2', '--checkpoint-seconds', '0'],
      '--no-learning-curve',
    ];
    const limited = (...more: string[]) =>
      new Promise<{ status: number; err: string }>((resolve) => {
        const command = [process.execPath, PROGRAMS.trainer, ...args, ...more];
        const child = execFile(prlimit, ['--data=900000000', ...command], (error, _out, err) =>
          resolve({ status: error ? Number(error.code) : 0, err }),
        );
        // The rest is not what is asked here.
        child.stderr?.on('data', (text) => /Epoch 1/.test(text) && child.kill('SIGINT'));
      });
    const refused = await limited();
    t.equal(refused.status, 101, refused.err);
    const expected =
      /Expected memory for 16 pictures of 288×288 .* (--accumulation \d+) keeps the step of 16 pictures, --batch \d+/;
    t.match(refused.err, expected);
    const [accumulation = '', parts = ''] = (expected.exec(refused.err)?.[1] ?? '').split(' ');
    const fitting = await limited(accumulation, parts);
    t.match(fitting.err, /Epoch 1\/1/);
    t.equal(fitting.status, 130, fitting.err);
  },
);
