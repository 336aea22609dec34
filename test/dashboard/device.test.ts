import { setTimeout as delay } from 'node:timers/promises';
import { timestamp } from '@edgeloop/protocol';
import { connectAsync } from 'mqtt';
import t from 'tap';
import { health, OTHER_BOOT } from '../control-plane/stand/health.ts';
import { picture } from '../control-plane/stand/pictures.ts';
import { detection } from '../stand/fleet/messages.ts';
import { until } from '../stand/until.ts';
import { tryToLeave } from './device/leave-steps.ts';
import { tryLook } from './device/look-steps.ts';
import { DEVICE, NEW, occurrenceId, stateOf, writePast } from './device/past.ts';
import { tryToAssignSecond } from './device/second-steps.ts';
import { checkPage } from './stand/check-page.ts';
import { chromiumMissing, Dashboard } from './stand/dashboard.ts';

const BOOT = { bootId: '00000000-0000-4000-8000-00000000b007', agentVersion: '0.1.0' };
const STREAM = '55555555-5555-4555-8555-555555555555';

t.test('a device', { skip: chromiumMissing }, async (t) => {
  const begun = Date.now();
  const dashboard = await Dashboard.open(t, { prepare: (data) => writePast(data, begun) });
  const { page, controlPlane } = dashboard;
  const { username, password } = await controlPlane.enrol(DEVICE);
  const client = await connectAsync(controlPlane.url, { clientId: username, username, password });
  t.teardown(() => client.endAsync(true));
  const topic = `edgeloop/v1/works/${DEVICE}`;
  const say = (name: string, message: object, retain = false) =>
    client.publishAsync(`${topic}/${name}`, JSON.stringify(message), { qos: 1, retain });
  await client.subscribeAsync(`${topic}/cmd/#`, { qos: 1 });
  const nextCommand = () =>
    new Promise<{ id: string }>((resolve) => {
      client.once('message', (_topic, payload) => resolve(JSON.parse(payload.toString())));
    });
  const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
  const bring = async (content: Uint8Array) => {
    const address = `/api/device/cameras/cam0/picture?capturedAt=${timestamp(Date.now())}`;
    const headers = { authorization, 'content-type': 'image/jpeg' };
    const body = new Uint8Array(content);
    return controlPlane.fetch(address, { method: 'PUT', headers, body });
  };
  await say('status', { state: 'online', ...BOOT, at: timestamp(Date.now()) }, true);
  t.equal((await bring(await picture(1))).status, 204);
  const streams = new Map<unknown, string>();
  const ended = (request: unknown) => void streams.delete(request);
  page.on('request', (request) => {
    if (new URL(request.url()).pathname === '/api/events') streams.set(request, request.url());
  });
  page.on('requestfailed', ended);
  page.on('requestfinished', ended);

  await t.test('what it is, what it saw and how it did', async (t) => {
    await dashboard.go(`/devices/${DEVICE}`);
    t.equal(await page.title(), `${DEVICE} · Edgeloop`);
    const now = page.getByRole('region', { name: 'Now' });
    await now.getByText('online').waitFor();
    t.match(await now.textContent(), /nothing/);
    await page.getByRole('img', { name: `What cam0 of ${DEVICE} sees` }).waitFor();
    const options = page.getByRole('option');
    await options.first().waitFor({ state: 'attached' });
    t.ok([39, 40].includes(await options.count()), 'of the last hour');
    t.same(await page.getByRole('group', { name: /^(dent|good|scratch), \d+$/ }).count(), 3);
    await page.getByRole('img', { name: /^Latency, last hour: from .*\sms to .*\sms/ }).waitFor();
    t.equal(await page.locator('.device-charts .chart').count(), 6);
  });

  await t.test('the label changes as it is heard', async () => {
    const since = Date.now();
    await say('state/cam0', stateOf(9001, since), true);
    const rows = { stream: STREAM, seq: 1, type: 'new', occurrence: occurrenceId(9001) };
    const about = { topScore: 0.94, startedAt: timestamp(since), frames: 3, model: NEW };
    const times = { capturedAt: timestamp(since) };
    await say('detections/cam0', detection({ ...rows, ...about, ...times, label: 'scratch' }));
    await page.getByRole('region', { name: 'Now' }).getByText('scratch').waitFor();
    await page.getByText('94 %').waitFor();
  });

  await t.test('it takes one connection, and none while nobody sees it', async (t) => {
    await until(() => streams.size > 0);
    t.equal(streams.size, 1, 'of six that a browser has');
    const see = (hidden: boolean) =>
      page.evaluate((value) => {
        Object.defineProperty(document, 'hidden', { value, configurable: true });
        document.dispatchEvent(new Event('visibilitychange'));
      }, hidden);
    await see(true);
    await until(() => streams.size === 0);
    await see(false);
    await until(() => streams.size > 0);
    t.match([...streams.values()], [/[?&]after=\w+-\d+/], 'it goes on where it was left');
  });

  await t.test('a preview: asked, on, over; and who does not answer', async (t) => {
    const asked = nextCommand();
    await page.keyboard.press('p');
    await page.getByText('Asking the device …').waitFor();
    const { id } = await asked;
    const live = page.getByText(/live, \d+\ss left/);
    // That a picture came may be missed while the stream is opened again; a device that is asked
    // brings one after another.
    for (let seed = 2; !(await live.isVisible()); seed++) {
      t.ok(seed < 40, 'told of one of them');
      t.equal((await bring(await picture(seed))).status, 204);
      await delay(250);
    }
    const ack = { id, command: 'preview', outcome: 'done', at: timestamp(Date.now()), frames: 1 };
    await say(`ack/${id}`, ack);
    await page.getByText('Over: 1 picture.').waitFor();
  });

  await t.test('its log, when somebody asks', async (t) => {
    const asked = nextCommand();
    await page.getByRole('button', { name: 'Fetch the log' }).click();
    const { id } = await asked;
    const lines = [{ level: 40, time: Date.now(), msg: 'no frame for a while', camera: 'cam0' }];
    const at = timestamp(Date.now());
    const log = { command: id, at, lines: lines.map((line) => JSON.stringify(line)) };
    const headers = { authorization, 'content-type': 'application/json' };
    const kept = await controlPlane.fetch('/api/device/log', {
      method: 'PUT',
      headers,
      body: JSON.stringify(log),
    });
    t.equal(kept.status, 204);
    await say(`ack/${id}`, { id, command: 'logs', outcome: 'done', at, lines: 1 });
    await page.getByText('no frame for a while camera=cam0').waitFor();
  });

  await t.test('what it saw, by keyboard', async (t) => {
    await page.getByRole('listbox', { name: 'What was seen, over time' }).focus();
    await page.keyboard.press('Home');
    const detail = page.locator('.device-detail');
    const first = await detail.textContent();
    t.match(first, /\d\d:\d\d:\d\d – .*\ss/);
    await page.keyboard.press('ArrowRight');
    t.not(await detail.textContent(), first);
    await page.keyboard.press('End');
    t.match(await detail.textContent(), /scratchsince .* so far/);
    t.equal(await page.locator('[role=option][aria-selected=true]').count(), 1);
  });

  await t.test('a day and a week stand in the address; what ran, and who brought it', async (t) => {
    await page.getByText('Day', { exact: true }).click();
    await page.waitForURL('**?span=day');
    await page.getByRole('img', { name: /^Temperature, last day/ }).waitFor();
    await page.getByText('2 runs of models in this time').click();
    t.match(
      await page.getByRole('region', { name: 'What ran when' }).textContent(),
      /november by token:anna, approved by token:ben/,
    );
    await page.getByRole('button', { name: 'The day before' }).click();
    await page.waitForURL('**/*to=*');
    await page.reload();
    await page.getByRole('button', { name: 'Now', exact: true }).click();
    await page.waitForURL('**?span=day');
    await page.getByRole('img', { name: /^Temperature, last day/ }).waitFor();
    await page.getByText('Hour', { exact: true }).click();
    await page.getByRole('img', { name: /^Temperature, last hour/ }).waitFor();
    await checkPage(t, dashboard, 'device');
  });

  await t.test('safe mode, faults of cameras, supply and clock stand above all', async (t) => {
    const fault = { kind: 'frozen', since: timestamp(Date.now() - 750_000), message: 'The same.' };
    const flags = { underVoltage: true, frequencyCapped: false, throttled: true };
    const supply = { ...flags, softTemperatureLimit: false };
    const told = health({ up: 700, boot: OTHER_BOOT });
    await say('health', {
      ...told,
      cameras: { cam0: { ...told.cameras.cam0, fault } },
      throttled: true,
      throttling: { ...supply, sinceBoot: supply },
      clockSynchronized: false,
    });
    const mistake = { line: 12, key: 'halth', message: 'halth: unknown key.' };
    const file = { path: '/etc/edgeloop/agent.yaml', safeMode: true, since: timestamp(Date.now()) };
    const agentFile = { ...file, mistakes: [mistake], total: 1 };
    await say('reported', { ...BOOT, slots: {}, cameras: {}, agentFile }, true);
    const attention = page.getByRole('list', { name: 'What needs attention' });
    await attention.getByText('Line 12: halth: unknown key.').waitFor();
    const lines = await attention.getByRole('listitem').allTextContents();
    t.match(lines, [
      /^It is in safe mode: \/etc\/edgeloop\/agent\.yaml is wrong/,
      /^Line 12: halth: unknown key\.$/,
      /^Camera cam0 shows the same picture again and again, for 12\smin: The same\./,
      /^It has too little voltage/,
      /^Its clock is not set/,
    ]);
    t.match(
      await page.getByRole('region', { name: 'Now' }).textContent(),
      /Power.*now.*Clock.*not set/,
    );
    await checkPage(t, dashboard, 'device-unwell');
    await page.getByRole('link', { name: 'Fleet' }).first().click();
    await page.getByRole('link', { name: `${DEVICE} is in safe mode: line 12: halth` }).waitFor();
    await page.getByRole('link', {
      name: `${DEVICE} has a camera that shows nothing: cam0 frozen`,
    });
    await dashboard.screenshot('fleet-unwell');
    await dashboard.go(`/devices/${DEVICE}`);
  });
  await t.test('what its camera looks at is drawn over its picture', (t) =>
    tryLook(t, { dashboard, say, bring }),
  );

  await t.test('what is edited overwrites nobody', async (t) => {
    const registration = page.getByRole('region', { name: 'Registration' });
    await registration.getByRole('button', { name: 'Edit' }).click();
    await registration.getByLabel('Tags').fill('line-1, north');
    await registration.getByLabel('Attributes').fill('line = 3\nroom = "7"');
    const path = `/api/devices/${DEVICE}/registration`;
    await controlPlane.fetch(path, {
      method: 'PATCH',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ tags: ['other'] }),
    });
    await registration.getByRole('button', { name: 'Save' }).click();
    await registration.getByText('Somebody else has changed it meanwhile.').waitFor();
    await registration.getByRole('button', { name: 'Show how it is now' }).click();
    await registration.getByText('other', { exact: true }).waitFor();
    await registration.getByRole('button', { name: 'Edit' }).click();
    await registration.getByLabel('Attributes').fill('line = 3\nroom = "7"');
    await registration.getByRole('button', { name: 'Save' }).click();
    // While it is edited, a hint has the same words.
    await registration.getByRole('button', { name: 'Edit' }).waitFor();
    await registration.getByText('line = 3').waitFor();
    t.match(await controlPlane.get(path), { tags: ['other'], attributes: { line: 3, room: '7' } });
    await tryToAssignSecond(t, dashboard, DEVICE);
  });

  await t.test('who may only look is offered nothing that would be refused', async (t) => {
    const { secret } = await controlPlane.post('/api/tokens', { name: 'wall', role: 'viewer' });
    await dashboard.context.setExtraHTTPHeaders({ authorization: `Bearer ${secret}` });
    await dashboard.go(`/devices/${DEVICE}`);
    await page.getByText('any change need the role operator').waitFor();
    await page.getByText('a part of the picture').waitFor();
    const what = ['Edit', 'Change', 'Revoke its credential', 'Remove the device', 'Fetch the log'];
    for (const name of [...what, 'Draw what it looks at', 'Live preview']) {
      t.equal(await page.getByRole('button', { name, exact: true }).count(), 0, name);
    }
    await page.keyboard.press('p');
    t.equal(await page.getByText('Asking the device …').count(), 0);
    t.same(
      // Who comes second is told so.
      dashboard.complaints.filter((text) => !/status of 412/.test(text)),
      [],
      'the browser has nothing to complain about',
    );
    const authorization = `Bearer ${controlPlane.token}`;
    await dashboard.context.setExtraHTTPHeaders({ authorization });
    await dashboard.go(`/devices/${DEVICE}`);
  });

  await t.test('what takes it away is typed, and said', async (t) => {
    await page.getByRole('button', { name: 'Revoke its credential' }).click();
    const dialog = page.getByRole('dialog');
    t.match(await dialog.textContent(), /cut off at once/);
    t.ok(await dialog.getByRole('button', { name: 'Revoke it' }).isDisabled());
    await dialog.getByLabel(`Type ${DEVICE} to go on`).fill(DEVICE);
    await page.keyboard.press('Enter');
    await page.getByText(/Its credential was revoked on/).waitFor();
    await page.getByRole('button', { name: 'Remove the device' }).click();
    await dialog.getByLabel(`Type ${DEVICE} to go on`).fill(DEVICE);
    await tryToLeave(t, page, `/api/devices/${DEVICE}`);
    await dialog.getByRole('button', { name: 'Remove it' }).click();
    await page.waitForURL('**/');
    t.equal((await controlPlane.fetch(`/api/devices/${DEVICE}`)).status, 404);
  });

  await t.test('a device that nobody knows', async (t) => {
    await dashboard.go('/devices/nobody');
    await page.getByText('There is no device of this name.').waitFor();
    t.equal(await page.title(), 'nobody · Edgeloop');
  });
});
