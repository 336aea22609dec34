import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadPackage } from '@edgeloop/onnx';
import { millis } from '@edgeloop/protocol';
import t from 'tap';
import { ModelSlot, type ModelSlotOptions } from '../../../agent/src/model/model-slot.ts';
import { SlotPorts } from '../../../agent/src/update/slot-ports.ts';
import { SLOT } from '../../stand/fleet/signed-fleet.ts';
import { writeColourPackage } from '../../stand/models/colour-package.ts';

t.test('a self-test that is cut off while its package is read starts no process', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'package-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  await writeColourPackage(folder);
  const loaded = await loadPackage(folder);
  const cut = new AbortController();
  const starts: (() => unknown[])[] = [];
  const ports = new SlotPorts({
    id: SLOT,
    config: { threads: 1, deadline: millis(2_000) },
    packages: {
      load: async () => {
        cut.abort();
        return loaded;
      },
    },
    createModel: (options: ModelSlotOptions) => {
      const model = new ModelSlot(options);
      t.teardown(() => model.close());
      starts.push(t.capture(model, 'start', model.start));
      return model;
    },
  } as never);
  await t.rejects(ports.selfTest(loaded.digest, cut.signal), { name: 'AbortError' });
  t.same(
    starts.map((calls) => calls().length),
    [0],
  );
});
