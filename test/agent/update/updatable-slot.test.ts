import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OnnxError } from '@edgeloop/onnx';
import { epochMillis, millis } from '@edgeloop/protocol';
import t from 'tap';
import { SlotHead } from '../../../agent/src/head/overlay/slot-head.ts';
import { ModelSlot } from '../../../agent/src/model/model-slot.ts';
import { slotFiles } from '../../../agent/src/update/store/slot-files.ts';
import { UpdatableSlot } from '../../../agent/src/update/updatable-slot.ts';
import { writeColourPackage } from '../../stand/colour-package.ts';
import { SLOT } from '../../stand/signed-fleet.ts';

const quiet = () => {};
const log: object = { info: quiet, warn: quiet, error: quiet, child: () => log };

t.test('a good model whose process is late while everything starts is not lost', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'slot-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const config = { package: join(folder, 'package'), threads: 1, deadline: millis(2_000) };
  await writeColourPackage(config.package);
  let opened = 0;
  const slot = new UpdatableSlot({
    ...{ id: SLOT, config: config as never, root: { keys: null }, log: log as never },
    ...slotFiles(join(folder, 'state'), SLOT, config as never),
    head: new SlotHead(join(folder, 'state', 'heads'), log as never),
    createModel: (options) => {
      opened += 1;
      const model = new ModelSlot(options);
      const late = () => Promise.reject(new OnnxError('SESSION_DEADLINE', 'late'));
      if (opened < 3) t.intercept(model, 'start', { value: late });
      return model;
    },
    ...{ download: async () => {}, checkFit: quiet, checkLoaded: quiet, report: quiet },
    probation: { deadline: millis(1_000), frames: 1 },
    resting: () => false,
    ...{ connected: () => true, monotonic: () => millis(0), random: () => 0 },
    now: () => epochMillis(0),
  });
  await slot.start();
  t.teardown(() => slot.close());
  t.equal(opened, 3);
  t.equal(slot.reported.model, slot.live.current.loaded.digest);
});
