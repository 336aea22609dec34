import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { copyFile, mkdir, readdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import t from 'tap';
import { AgentFolder, AgentProcess } from '../stand/agent/agent-process.ts';
import { ControlPlaneProcess } from '../stand/control-plane/control-plane-process.ts';
import { notLong } from '../stand/long.ts';
import { PROGRAMS } from '../stand/programs.ts';
import { dataMissing, realData } from '../stand/real-data.ts';
import { until } from '../stand/until.ts';

t.setTimeout(280_000);

interface PromisedLabels {
  readonly file: string;
  readonly label: string;
  readonly int8: { readonly label: string };
}

async function pictures(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && /\.(jpe?g|png|webp)$/i.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

for (const [set, each, flags] of [
  ['neu-steel', 40, ['--size', '64', '--epochs', '5']],
  ['hymenoptera', 1000, ['--size', '64', '--epochs', '10', '--learning-rate', '0.01']],
] as const) {
  const folder = realData(set);
  const skip = notLong || dataMissing(set);
  t.test(`${set}: the edge sees what the trainer promised`, { skip }, async (t) => {
    const work = mkdtempSync(join(tmpdir(), 'edgeloop-photos-'));
    t.teardown(() => rmSync(work, { recursive: true, force: true }));
    const byClass = new Map<string, string[]>();
    for (const file of await pictures(folder)) {
      const label = basename(dirname(file)).toLowerCase();
      byClass.set(label, [...(byClass.get(label) ?? []), file]);
    }
    for (const [label, files] of byClass) {
      await mkdir(join(work, 'labelled', label), { recursive: true });
      for (const file of files.slice(0, each)) {
        await copyFile(file, join(work, 'labelled', label, basename(file)));
      }
    }
    const fit = [
      'fit',
      join(work, 'labelled'),
      '--out',
      join(work, 'package'),
      '--json',
      '--no-learning-curve',
      ...flags,
    ];
    const trained = spawnSync(process.execPath, [PROGRAMS.trainer, ...fit], { encoding: 'utf8' });
    t.equal(trained.status, 0, trained.stderr.slice(-500));
    const { int8TestAccuracy } = JSON.parse(trained.stdout);
    const lines = await readFile(join(work, 'package', 'predictions.jsonl'), 'utf8');
    const promised: PromisedLabels[] = lines
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));

    const device = await AgentFolder.create();
    t.teardown(() => device.remove());
    await mkdir(join(device.path, 'held-out'));
    for (const [i, { file }] of promised.entries()) {
      await copyFile(join(work, 'labelled', file), join(device.path, 'held-out', `${i}.jpg`));
    }
    const store = new ControlPlaneProcess(['--data', join(work, 'data')]);
    await store.start();
    const source = { kind: 'directory', path: 'held-out', pace: 'every' };
    const config = await device.configure(store.url, {
      broker: { url: store.url, ...(await store.enrol('pi-1')) },
      slots: { main: { package: join(work, 'package') } },
      cameras: { cam0: { slot: 'main', source, decide: { mode: 'frame' } } },
    });
    const agent = new AgentProcess(['run', '--config', config]);
    t.teardown(async () => {
      await agent.kill('SIGTERM');
      await store.kill('SIGTERM');
    });
    await until(async () => (await store.detections()).length >= promised.length);
    const rows = await store.detections();
    t.equal(rows.length, promised.length, 'one result for each picture');
    const seen = new Map(rows.map(({ source, label }) => [Number.parseInt(source, 10), label]));
    t.same(
      promised.map((_, i) => seen.get(i)),
      promised.map(({ int8 }) => int8.label),
      'label by label',
    );
    const right = promised.filter(({ label }, i) => seen.get(i) === label).length;
    t.equal(right / promised.length, int8TestAccuracy, `accuracy ${int8TestAccuracy}`);
    t.ok(right / promised.length > 1.2 / byClass.size, 'better than chance');
  });
}
