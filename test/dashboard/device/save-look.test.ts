import t, { type Test } from 'tap';
import { rectangle } from '../../../control-plane/dashboard/src/device/look/drawing.ts';
import { readHeld } from '../../../control-plane/dashboard/src/device/look/held-configuration.ts';
import { LookSaving } from '../../../control-plane/dashboard/src/device/look/save-look.ts';
import { openTestApi } from '../../control-plane/stand/open-test-api.ts';
import { bearer } from '../../control-plane/stand/test-api.ts';
import { record } from '../../control-plane/store/records.ts';

const { app, tokens, store } = await openTestApi(t);
const authorization = await bearer(tokens, 'operator');

/**
 * The API as the page reaches it.
 * @param lose of an answer that was given: whether it gets lost on its way
 */
function connect(t: Test, lose: (method: string, url: string) => boolean = () => false) {
  const fetch = async (url: string, { method, headers, body }: RequestInit) => {
    const answer = await app.inject({
      method: method as 'GET',
      url,
      headers: { ...Object.fromEntries(headers as Headers), authorization },
      ...(typeof body === 'string' && { payload: body }),
    });
    if (lose(String(method), url)) throw new TypeError('fetch failed');
    const { statusCode: status } = answer;
    return new Response(answer.body, { status, headers: answer.headers as Record<string, string> });
  };
  t.intercept(globalThis, 'fetch', { value: fetch });
}

const ask = async (method: 'GET' | 'PUT' | 'POST', url: string, payload?: object) => {
  const headers = { authorization };
  return (await app.inject({ method, url, headers, ...(payload && { payload }) })).json();
};

/** A device whose camera says how it looks. */
async function bring(device: string, configuration?: object): Promise<void> {
  const cameras = { cam0: { look: { masks: [], ownMasks: 0 } } };
  const boot = { bootId: '00000000-0000-4000-8000-00000000b007', agentVersion: '0.1.0' };
  const more = configuration && { configuration };
  await store.commit([record('reported', { ...boot, slots: {}, cameras, ...more }, { device })]);
}

const masks = [rectangle([0.1, 0.1], [0.4, 0.4])];
const drawn = () => ({ cameras: { cam0: { look: { masks } } } });
const versionsOf = async (device: string) =>
  (await ask('GET', `/api/configurations/${device}/versions`)).versions as { version: number }[];

t.test('where somebody else was faster the drawing is kept, and saved over that', async (t) => {
  connect(t);
  await bring('pi-1');
  const saving = new LookSaving('pi-1', 'cam0', await readHeld('pi-1', 'cam0'));
  const settings = { log: { level: 'debug' } };
  const night = await ask('POST', '/api/configurations', { configuration: 'night', settings });
  const url = '/api/devices/pi-1/configuration';
  await ask('PUT', url, { version: night.newest.version });

  await t.rejects(saving.save(drawn), /gave pi-1 another configuration meanwhile: night 1\./);
  t.equal((await ask('GET', url)).assigned.version, night.newest.version, 'nothing has changed');
  t.equal(saving.held.version?.configuration, 'night');
  await saving.save((held) => ({ ...held, ...drawn() }));
  const { newest } = await ask('GET', '/api/configurations/pi-1');
  t.same(newest.settings, { ...settings, ...drawn() });
  t.equal((await ask('GET', url)).assigned.version, newest.version);
});

t.test('who would show what somebody else has hidden meanwhile is told so', async (t) => {
  connect(t);
  await bring('pi-4');
  const [one, other] = await Promise.all([readHeld('pi-4', 'cam0'), readHeld('pi-4', 'cam0')]);
  const hide = (...hidden: unknown[]) => ({ cameras: { cam0: { look: { masks: hidden } } } });
  const theirs = rectangle([0.5, 0.5], [0.9, 0.9]);
  await new LookSaving('pi-4', 'cam0', one).save(() => hide(theirs));
  const saving = new LookSaving('pi-4', 'cam0', other);
  await t.rejects(saving.save(drawn), {
    message:
      /began from, and hides 1 more area\. Save it again to put what you drew in its place, and show that again, or close/,
  });
  const url = '/api/devices/pi-4/configuration';
  const { assigned } = await ask('GET', url);
  t.same(saving.held.look.masks, [theirs]);
  t.equal(assigned.version, saving.held.version?.version, 'nothing has changed');

  await ask('PUT', url, { version: null });
  await t.rejects(saving.save(drawn), {
    message: /meanwhile: its agent\.yaml alone\. Save it again to put what you drew over that\./,
  });
});

t.test('what was made before an answer got lost is not made again', async (t) => {
  const lost: string[] = [];
  const losing = ['POST', 'PUT'];
  connect(t, (method) => {
    if (method !== losing[0]) return false;
    lost.push(losing.shift() as string);
    return true;
  });
  await bring('pi-2');
  const saving = new LookSaving('pi-2', 'cam0', await readHeld('pi-2', 'cam0'));
  await t.rejects(saving.save(drawn), { code: 'UNREACHABLE' });
  await t.rejects(saving.save(drawn), { code: 'UNREACHABLE' });
  await saving.save(drawn);
  t.same(lost, ['POST', 'PUT']);
  const versions = await versionsOf('pi-2');
  t.equal(versions.length, 1);
  t.match(await ask('GET', '/api/devices/pi-2/configuration'), {
    assigned: { version: versions[0]?.version },
  });
  const again = new LookSaving('pi-2', 'cam0', {
    ...(await ask('GET', '/api/devices/pi-2/configuration')),
    version: null,
    etag: null,
    newest: versions[0]?.version,
  });
  await again.save(drawn);
  t.equal((await versionsOf('pi-2')).length, 2, 'one from before is not tried again');
});

t.test('what a device refused does not go into the next version, and one is told', async (t) => {
  connect(t);
  const change = { configuration: 'pi-3', settings: { log: { level: 'debug' } } };
  const { version: kept } = (await ask('POST', '/api/configurations', change)).newest;
  const wrong = { settings: { cameras: { cam9: {} } } };
  const { version } = await ask('POST', '/api/configurations/pi-3/versions', wrong);
  const reason = { code: 'CONFIG_INVALID', message: 'There is no cam9.' };
  const since = '2026-11-24T12:00:00.000Z';
  await bring('pi-3', { version, state: 'refused', since, reason, kept });
  await ask('PUT', '/api/devices/pi-3/configuration', { version });
  const held = await readHeld('pi-3', 'cam0');
  t.equal(
    held.note,
    `pi-3 refused configuration ${version}: There is no cam9. You begin from what it runs with instead, configuration pi-3 ${kept}.`,
  );
  await new LookSaving('pi-3', 'cam0', held).save((so) => ({ ...so, ...drawn() }));
  const { newest } = await ask('GET', '/api/configurations/pi-3');
  t.same(newest.settings, { ...change.settings, ...drawn() });
});
