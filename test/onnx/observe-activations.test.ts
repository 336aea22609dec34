import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ChildProcess } from '@edgeloop/onnx';
import { floatTensorPlan } from '@edgeloop/protocol';
import t from 'tap';
import { observeActivations } from '../../onnx/src/quantize/calibrate/observe-activations.ts';

t.test('where one process can not be started, nothing stays of the others', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'edgeloop-observe-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  const { TMPDIR } = process.env;
  process.env.TMPDIR = folder;
  t.teardown(() => {
    if (TMPDIR === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = TMPDIR;
  });
  const started: ChildProcess[] = [];
  const { start } = ChildProcess.prototype;
  t.intercept(ChildProcess.prototype, 'start', {
    value(this: ChildProcess) {
      if (started.length === 2) throw Object.assign(new Error('no memory'), { code: 'ENOMEM' });
      start.call(this);
      started.push(this);
    },
  });
  const pictures = Array(3).fill(new Uint8Array(3));
  const given = { pictures, size: 1, plan: floatTensorPlan(), threads: 3 };
  await t.rejects(observeActivations({}, [], given), { code: 'ENOMEM' });
  t.same(
    started.map(({ running }) => running),
    [false, false],
  );
  t.same(readdirSync(folder), []);
});
