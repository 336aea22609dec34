import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { packageDigest } from '@edgeloop/onnx';
import t, { type Test } from 'tap';
import { effectiveConfig } from '../../../agent/src/configuration/effective-config.ts';
import { checkModels } from '../../../agent/src/doctor/check-models.ts';
import { loadPackages } from '../../../agent/src/model/load-packages.ts';
import { newSlotRecord } from '../../../agent/src/update/machine/slot-record.ts';
import { slotFiles } from '../../../agent/src/update/store/slot-files.ts';
import { SLOT } from '../../stand/fleet/signed-fleet.ts';
import { withExtraFile, writeColourPackage } from '../../stand/models/colour-package.ts';
import { GOOD } from '../config/stand/good-config.ts';

/** A device on which an update was committed. */
async function updated(t: Test) {
  const folder = t.testdir();
  const source = { text: GOOD, path: join(folder, 'agent.yaml') };
  const config = effectiveConfig(source, null);
  const slot = config.slots.get(SLOT)!;
  const own = await packageDigest(await writeColourPackage(slot.package));
  const brought = join(folder, 'brought');
  await writeColourPackage(brought);
  await withExtraFile(brought, new TextEncoder().encode('another\n'));
  const model = await packageDigest(brought);
  const { store } = slotFiles(config.state, SLOT, slot);
  await store.point({ model, generation: 3 });
  await rename(brought, store.folderOf(model));
  const good = { model, generation: 3 };
  await store.write({ ...newSlotRecord(own), good });
  return { source, config, slot, model };
}

t.test('a slot runs what an update brought', async (t) => {
  const { config, model } = await updated(t);
  t.equal((await loadPackages(config, t.fail)).get(SLOT)?.digest, model);
});

t.test("without agent.yaml's package the device still has what updates brought", async (t) => {
  const { source, config, slot, model } = await updated(t);
  await rm(slot.package, { recursive: true });
  const missing: string[] = [];
  const loaded = await loadPackages(config, (id, { message }) => missing.push(id, message));
  t.equal(loaded.get(SLOT)?.digest, model);
  t.match(missing, [SLOT, /models\/parts/]);

  const chosen = { version: 1, settings: { health: { interval: '10s' } } };
  await t.resolves(loadPackages(effectiveConfig(source, chosen)), 'a configuration is taken');
  const findings = await checkModels(config);
  t.match(findings, [
    { check: 'package', gravity: 'warning', what: /^slot main runs what an update brought/ },
    { check: 'model', gravity: 'ok' },
  ]);
});

t.test('without any package there is nothing to run', async (t) => {
  const { config, slot } = await updated(t);
  await rm(slot.package, { recursive: true });
  await rm(config.state, { recursive: true });
  await t.rejects(loadPackages(config), { code: 'PACKAGE_FILE_MISSING' });
});
