import { drawSample, encodeJpeg } from '@edgeloop/imaging';
import { timestamp } from '@edgeloop/protocol';
import type { Locator } from 'playwright-core';
import type { Test } from 'tap';
import { checkPage } from '../stand/check-page.ts';
import type { Dashboard } from '../stand/dashboard.ts';
import { DEVICE, NEW, reported } from './past.ts';

interface LookStand {
  readonly dashboard: Dashboard;
  /** As the device, retained. */
  readonly say: (name: string, message: object, retain: boolean) => Promise<unknown>;
  /** A picture of cam0. */
  readonly bring: (content: Uint8Array) => Promise<Response>;
}

const OWN = [
  [0.7, 0],
  [1, 0],
  [1, 0.3],
];

const looking = (look: object, more: object = {}) => {
  const all = reported(NEW);
  return { ...all, ...more, cameras: { cam0: { ...all.cameras.cam0, look } } };
};

/**
 * What a camera looks at: seen, drawn by pointer and by keyboard, saved, and not offered to who may
 * only look.
 */
export async function tryLook(t: Test, { dashboard, say, bring }: LookStand): Promise<void> {
  const { page, controlPlane } = dashboard;
  t.equal((await bring(await encodeJpeg(await drawSample(5, 'scratch'), 90))).status, 204);
  await say('reported', looking({ masks: [OWN], ownMasks: 1, maxGapMillis: 10_000 }), true);
  const words = page.locator('.look-summary');
  await words.getByText('the whole picture · 1 area hidden').waitFor();
  await page.locator('.device-frame .look-mask').waitFor({ state: 'attached' });

  await page.getByRole('button', { name: 'Draw what it looks at' }).click();
  const dialog = page.getByRole('dialog', { name: `What cam0 of ${DEVICE} looks at` });
  const save = dialog.getByRole('button', { name: 'Save', exact: true });
  const names = dialog.locator('.look-row-name');
  await dialog.getByText("By the device's own agent.yaml").waitFor();
  t.ok(await save.isDisabled(), 'nothing is changed yet');

  const stage = dialog.locator('.look-stage');
  const { x, y, width, height } = (await stage.boundingBox())!;
  const drag = async (from: readonly [number, number], to: readonly [number, number]) => {
    await page.mouse.move(x + from[0] * width, y + from[1] * height);
    await page.mouse.down();
    await page.mouse.move(x + to[0] * width, y + to[1] * height, { steps: 4 });
    await page.mouse.up();
  };
  await drag([0.1, 0.2], [0.3, 0.5]);
  t.same(await names.allTextContents(), ['Hidden 2']);
  await drag([0.2, 0.3], [0.25, 0.35]);
  await dialog
    .getByRole('button', { name: 'Corner 1, 15\u00a0% from the left, 25\u00a0%' })
    .waitFor();
  await drag([0.15, 0.25], [0.05, 0.25]);
  await dialog
    .getByRole('button', { name: 'Corner 1, 5\u00a0% from the left, 25\u00a0%' })
    .waitFor();
  await drag([0.5, 0.5], [0.505, 0.505]);
  t.equal(await names.count(), 1, 'a press is no area');

  await dialog.getByText('Look at', { exact: true }).click();
  await dialog.getByRole('button', { name: 'Add an area in the middle' }).press('Enter');
  await names.filter({ hasText: 'Looked at' }).press('Shift+ArrowRight');
  const first = dialog.getByRole('button', { name: /^Corner 1, 15\s% from the left, 10\s%/ });
  await first.press('Shift+ArrowDown');
  await dialog.getByRole('button', { name: /^Corner 1, 15\s% from the left, 15\s%/ }).waitFor();
  await dialog.getByRole('button', { name: 'Another corner between 1 and 2' }).press('Enter');
  await dialog.getByRole('button', { name: /^Corner 2, 55\s% from the left/ }).press('Delete');
  await dialog.getByText('Ignore motion', { exact: true }).click();
  await dialog.getByRole('button', { name: 'Add an area in the middle' }).press('Enter');
  await names.filter({ hasText: 'Motion ignored' }).press('Delete');
  await drag([0.4, 0.7], [0.8, 0.9]);
  t.equal(await names.count(), 3, 'a stroke within the region draws');
  await dialog.getByLabel(/Look only when something moves/).check();
  await tryWhen(t, dialog);
  await checkPage(t, dashboard, 'device-look');
  const leaving = page.getByRole('dialog', { name: 'Leave without saving?' });
  await page.keyboard.press('Control+k');
  await page.keyboard.press('Escape');
  await leaving.waitFor();
  await page.keyboard.press('Escape');
  await leaving.waitFor({ state: 'detached' });
  t.equal(await names.count(), 3, 'nothing is thrown away by a key');

  await save.click();
  const question = page.getByRole('dialog', { name: `Save what cam0 of ${DEVICE} looks at?` });
  t.match(await question.textContent(), /becomes a version of the configuration press-3/);
  await question.getByRole('button', { name: 'Save it' }).click();
  await page.getByText(`Saved. ${DEVICE} starts its parts again with it.`).waitFor();
  const { assigned } = await controlPlane.get(`/api/devices/${DEVICE}/configuration`);
  const { newest } = await controlPlane.get(`/api/configurations/${DEVICE}`);
  t.equal(assigned.version, newest.version);
  const { look } = newest.settings.cameras.cam0;
  t.match(look, { region: { length: 4 }, masks: { length: 1 }, motion: { masks: { length: 1 } } });
  t.match(look.motion, { threshold: 24, area: 0.5, hold: '5s', atLeastEvery: '9s' });
  t.same(look.schedule, {
    timeZone: 'Europe/Vienna',
    times: [{ days: ['mon', 'tue', 'wed', 'thu', 'fri', 'sun'], from: '22:30', to: '06:00' }],
  });
  t.same(look.region[0], [0.15, 0.15]);
  t.ok(Math.abs(look.masks[0][2][1] - 0.55) < 0.005, "drawn, and not the device's own");

  await page.getByRole('button', { name: 'Draw what it looks at' }).click();
  await dialog
    .getByText(`${DEVICE} has not said that it runs with configuration ${DEVICE} 1: what`)
    .waitFor();
  const saved = ['Looked at', 'Hidden 2', 'Motion ignored'];
  t.same(await names.allTextContents(), saved, 'before the device has heard of it');
  t.ok(await save.isDisabled(), 'nothing is changed yet');
  await dashboard.screenshot('device-look-again');
  await names.filter({ hasText: 'Motion ignored' }).press('Delete');
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await leaving.getByRole('button', { name: 'Leave without saving' }).click();
  await dialog.waitFor({ state: 'detached' });
  // Of what nobody has changed nothing is asked.
  await page.getByRole('button', { name: 'Draw what it looks at' }).click();
  await names.filter({ hasText: 'Motion ignored' }).waitFor();
  t.same(await names.allTextContents(), saved);
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });

  const running = { ...look, masks: [OWN, ...look.masks], ownMasks: 1 };
  await say('reported', looking(running, { pictures: 'stay' }), true);
  await words.getByText('a part of the picture · 2 areas hidden · only when something').waitFor();
  await page.getByRole('button', { name: 'Live preview' }).waitFor({ state: 'detached' });
  const at = timestamp(Date.now());
  const configuration = { version: newest.version, state: 'applied', since: at };
  await say('reported', looking(running, { configuration }), true);
  await page.getByText('it runs with it').waitFor();
  const section = page.getByRole('region', { name: 'Configuration' });
  await section.getByText(`${DEVICE} ${newest.version}`).waitFor();
  await section.getByText('"atLeastEvery": "9s"').waitFor();
  await dashboard.screenshot('device-looks');
}

/** What counts as motion, and when it is on: by keyboard alone, and no wrong figure is saved. */
async function tryWhen(t: Test, dialog: Locator): Promise<void> {
  const save = dialog.getByRole('button', { name: 'Save', exact: true });
  const refused = async (label: string, text: string, why: string, mended: string) => {
    const field = dialog.getByLabel(label, { exact: true });
    await field.fill(text);
    await dialog.getByText(why).waitFor();
    t.equal(await field.getAttribute('aria-invalid'), 'true');
    t.ok(await save.isDisabled(), why);
    await field.fill(mended);
    await dialog.getByText(why).waitFor({ state: 'detached' });
  };
  const number = 'Expected a whole number at least 1 and at most 128, received 0.';
  await refused('Brightness differs by', '0', number, '24');
  const rare = 'Expected less than decide.maxGap (10s), since frames further apart tear';
  await refused('At least every', '10s', rare, '9s');
  await dialog.getByLabel(/Be on at certain times only/).press('Space');
  await dialog.getByLabel('Sat', { exact: true }).press('Space');
  const clock = 'Expected a time of day such as 06:30 or 24:00, received "22:3".';
  await refused('From', '22:3', clock, '22:30');
  await refused('To', '22:30', 'Expected a time with a length, received 22:30 to 22:30.', '06:00');
  await dialog.getByRole('button', { name: 'Add a time' }).press('Enter');
  await dialog.getByRole('group', { name: 'Time 2' }).waitFor();
  await dialog.getByRole('button', { name: 'Remove time 2' }).press('Enter');
  const zone = 'Expected an IANA time zone such as Europe/Vienna, received "Europe/Wien".';
  await refused('Time zone', 'Europe/Wien', zone, 'Europe/Vienna');
  t.notOk(await save.isDisabled());
}
