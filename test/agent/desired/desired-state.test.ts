import { existsSync } from 'node:fs';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Desired } from '@edgeloop/protocol';
import t from 'tap';
import { DesiredState } from '../../../agent/src/desired/desired-state.ts';
import { until } from '../../stand/until.ts';

async function create(folder: string) {
  const did: string[] = [];
  const say = (what: string) => () => did.push(what);
  const state = new DesiredState({
    folder,
    onApplied: say('told'),
    apply: ({ version }) => did.push(`apply ${version}`),
    log: { info: say('info'), warn: say('warn'), error: say('error') } as never,
  });
  await state.start();
  return { state, did };
}

const wanted = { version: 1, sampling: {} } as Desired;

t.test('what is said again is looked at again: what was refused may be accepted now', async (t) => {
  const folder = t.testdir();
  const path = join(folder, 'desired.json');
  const { state, did } = await create(folder);
  state.receive(wanted);
  await until(() => existsSync(path));
  t.same(did.splice(0), ['apply 1', 'info', 'told']);
  await rm(path);
  state.receive({ ...wanted });
  t.same(did, ['apply 1'], 'and no more is made of it');
  await new Promise((resolve) => setTimeout(resolve, 50));
  t.notOk(existsSync(path), 'nor written');
});

t.test('what could not be written is written when it is said again', async (t) => {
  const folder = t.testdir();
  const path = join(folder, 'desired.json');
  const { state, did } = await create(folder);
  // Where it is written first, something is in the way.
  await mkdir(join(`${path}.partial`, 'in the way'), { recursive: true });
  state.receive(wanted);
  await until(() => did.includes('error'));
  await rm(`${path}.partial`, { recursive: true });
  state.receive(wanted);
  await until(() => existsSync(path));
  t.same(JSON.parse(await readFile(path, 'utf8')), wanted);
});

t.test('what can not be read is waited for', async (t) => {
  const folder = t.testdir({ 'desired.json': {} });
  const { state, did } = await create(folder);
  t.same([state.version, did], [null, ['warn']]);
});
