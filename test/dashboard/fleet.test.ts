import type { Request } from 'playwright-core';
import t from 'tap';
import { type DeviceReport, FleetBroker } from '../stand/fleet/fleet-broker.ts';
import { checkPage } from './stand/check-page.ts';
import { chromiumMissing, Dashboard, SIZES } from './stand/dashboard.ts';

const DEVICES: readonly DeviceReport[] = Array.from({ length: 40 }, (_, i) => ({
  device: `line-${i + 1}`,
  site: i % 2 === 0 ? 'works' : 'hall',
  label: i % 4 === 0 ? 'scratch' : 'good',
  ...(i === 6 && { celsius: 84 }),
  ...(i === 8 && { failed: 'The download broke off.' }),
}));
const LATE: DeviceReport = { device: 'gate-1', site: 'works', label: 'empty', fps: 3 };

t.test('the Fleet page', { skip: chromiumMissing }, async (t) => {
  const fleet = await FleetBroker.start();
  t.teardown(() => fleet.close());
  const args = ['--broker', fleet.url, '--allow-anonymous'];
  const dashboard = await Dashboard.open(t, { args });
  const { page, controlPlane } = dashboard;
  // Of a model that no registry knows, the task is called as its slot.
  await controlPlane.post('/api/tasks', { task: 'main', classes: ['good', 'scratch'] });
  /** A card or a row, whichever is shown. */
  const device = (name: string) => page.locator(`#fleet-${name}`);
  const status = (text: string | RegExp) =>
    page.getByRole('main').getByRole('status').filter({ hasText: text });

  await t.test('says of an empty fleet how a device joins it', async (t) => {
    await dashboard.go('/');
    await page.getByText('No device has joined yet.').waitFor();
    t.equal(await page.getByLabel('What starts three simulated devices').inputValue(), 'npm start');
    await checkPage(t, dashboard, 'fleet-empty');
  });

  await t.test('shows devices as they join, without being loaded again', async (t) => {
    for (const told of DEVICES) await fleet.tell(told);
    await status('40 devices').waitFor();
    const words = await device('line-1').textContent();
    t.match(words, /line-1.*online.*scratch.*93\s%.*9\.8\sfps.*18\sms.*56\s°C.* ago/);
    const colour = await device('line-1').locator('.class-mark-dot').getAttribute('style');
    t.match(colour, /--class-1\b/, 'a class has the colour that it has everywhere');
    t.match(await device('line-7').textContent(), /hot.*84\s°C/);
    t.ok((await page.getByRole('gridcell').count()) < 40, 'those alone that are seen are drawn');
  });

  await t.test('tells what needs attention, and shows exactly those', async (t) => {
    const lines = page.getByRole('region', { name: 'What needs attention' }).getByRole('link');
    t.same(await lines.allTextContents(), [
      'line-9 could not update: The download broke off',
      'line-7 runs hot (80\u00a0°C and more)',
    ]);
    await page.getByRole('link', { name: /runs hot/ }).click();
    await status('1 of 40 devices').waitFor();
    t.match(page.url(), /\?needs=hot$/);
    await page.getByRole('button', { name: 'No longer only: hot' }).click();
    await status(/^40 devices/).waitFor();
    await page.goBack();
    await status('1 of 40 devices').waitFor();
    t.match(page.url(), /\?needs=hot$/, 'the back button works');
    await page.getByRole('button', { name: 'Clear' }).click();
  });

  await t.test('finds by keyboard, and opens what was found', async (t) => {
    await page.keyboard.press('/');
    await page.keyboard.type('scratch line-1');
    await status('3 of 40 devices').waitFor();
    t.match(page.url(), /q=scratch\+line-1$/);
    await page.reload();
    await status('3 of 40 devices').waitFor();
    await page.getByRole('grid', { name: 'Devices' }).focus();
    for (const key of ['ArrowRight', 'ArrowRight', 'Enter']) await page.keyboard.press(key);
    await page.waitForURL('**/devices/line-13');
    await page.goBack();
    await status('3 of 40 devices').waitFor();
    await page.getByLabel('Search devices').fill('no such device');
    await page.getByText('No device fits.').waitFor();
    await page.getByRole('button', { name: 'Show every device' }).click();
    await page.getByLabel('Site').selectOption('hall');
    await status('20 of 40 devices').waitFor();
    t.match(page.url(), /\?site=hall$/);
  });

  await t.test('as a table: sorted by what one likes, also far below', async (t) => {
    await dashboard.go('/?view=table');
    await page.getByRole('columnheader', { name: 'Heat' }).getByRole('button').click();
    t.match(page.url(), /sort=-temperature/);
    const first = page.getByRole('row').nth(1);
    t.match(await first.textContent(), /line-7.*84\s°C.*parts 3.*works/);
    t.equal(
      await page.getByRole('columnheader', { name: 'Heat' }).getAttribute('aria-sort'),
      'descending',
    );
    await page.getByRole('grid', { name: 'Devices' }).focus();
    await page.keyboard.press('End');
    await page.keyboard.press('End');
    const last = device('line-40');
    await last.waitFor();
    t.equal(await last.getAttribute('aria-rowindex'), '41');
    t.equal(
      await page.getByRole('grid', { name: 'Devices' }).getAttribute('aria-activedescendant'),
      await last.getAttribute('id'),
    );
  });

  await t.test(
    'what changes changes in its place; what is new waits while one reads',
    async (t) => {
      const place = async () => (await device('line-40').boundingBox())?.y;
      const before = await place();
      await fleet.tell(LATE);
      await fleet.tell({ ...(DEVICES[39] as DeviceReport), label: 'bent', state: 'offline' });
      await page.getByRole('button', { name: '1 new' }).waitFor();
      await device('line-40')
        .filter({ hasText: /offline.*bent/ })
        .waitFor();
      t.equal(await place(), before, 'nothing jumps');
      await page.getByRole('button', { name: '1 new' }).click();
      await status('41 devices').waitFor();
      await page.getByRole('grid', { name: 'Devices' }).focus();
      await fleet.tell({ ...LATE, celsius: 90 });
      await page.getByRole('button', { name: 'Order has changed' }).click();
      await page.evaluate(() => scrollTo(0, 0));
      await page.getByRole('row').nth(1).filter({ hasText: 'gate-1' }).waitFor();
    },
  );

  await t.test(
    'all of it is read once, before the page’s script asks; then only what changed',
    async (t) => {
      const asked: string[] = [];
      const hear = (request: Request) => asked.push(request.url().replace(/^.*?:\d+/, ''));
      const warnings: string[] = [];
      page.on('request', hear);
      page.on('console', (message) => warnings.push(message.text()));
      const changes = page.waitForResponse(/\/api\/fleet\?since=/);
      await dashboard.go('/');
      await device('line-1').waitFor();
      await changes;
      page.off('request', hear);
      t.same(asked.filter((url) => url === '/api/fleet').length, 1);
      t.same(asked.filter((url) => url === '/api/session?orNone=true').length, 1);
      const script = asked.findIndex((url) => url.endsWith('.js'));
      t.ok(asked.indexOf('/api/fleet') >= 0 && script >= 0);
      t.same(
        warnings.filter((text) => text.includes('preload')),
        [],
      );
    },
  );

  await t.test('a device that was removed is gone', async (t) => {
    await dashboard.go('/?q=gate');
    await status('1 of 41 devices').waitFor();
    await page.mouse.move(0, 0);
    const { status: answered } = await controlPlane.fetch('/api/devices/gate-1', {
      method: 'DELETE',
    });
    t.equal(answered, 200);
    await page.getByText('No device fits.').waitFor();
  });

  await t.test('who comes back from a device is where they were', async (t) => {
    await dashboard.go('/');
    await device('line-1').waitFor();
    await page.mouse.wheel(0, 900);
    await device('line-30').click();
    await page.waitForURL('**/devices/line-30');
    await page.goBack();
    await device('line-30').waitFor();
    await page.waitForFunction(() => scrollY === 900);
    t.pass('as far down as before');
  });

  await t.test('for everyone, at every size', async (t) => {
    await dashboard.go('/');
    await device('line-1').waitFor();
    await checkPage(t, dashboard, 'fleet');
    for (const [size, columns] of [
      ['wall', 10],
      ['hall', 16],
    ] as const) {
      await page.setViewportSize(SIZES[size]);
      await page.locator(`[role=grid][aria-colcount="${columns}"]`).waitFor();
      const last = await page
        .getByRole('gridcell')
        .nth(columns - 1)
        .boundingBox();
      const right = Math.round(Number(last?.x) + Number(last?.width));
      t.equal(right, SIZES[size].width - 24, `${columns} cards fill a line of the ${size}`);
    }
    await dashboard.go('/?view=table');
    await page.getByRole('row').nth(2).waitFor();
    await checkPage(t, dashboard, 'fleet-table');
    await page.setViewportSize(SIZES.phone);
    await page.getByRole('button', { name: 'Filters' }).click();
    await page.getByLabel('Sees').selectOption('scratch');
    await status('10 of 40 devices').waitFor();
    await device('line-5').getByRole('link').click();
    await page.waitForURL('**/devices/line-5');
  });

  t.same(dashboard.complaints, [], 'the browser has nothing to complain about');
});
