import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import t from 'tap';
import { picture } from '../control-plane/stand/pictures.ts';
import { checkPage } from './stand/check-page.ts';
import { chromiumMissing, Dashboard } from './stand/dashboard.ts';
import { SeeingDevice } from './stand/seeing-device.ts';

const CLASSES = ['good', 'scratch', 'stain', 'unbored'];
const MINUTE = 60_000;
const HISTORY = 128;

t.test('detections', { skip: chromiumMissing }, async (t) => {
  const dashboard = await Dashboard.open(t);
  const { page, controlPlane } = dashboard;
  const rows = page.getByRole('row');
  await controlPlane.post('/api/tasks', { task: 'parts', classes: CLASSES });
  const [one, other] = [
    await SeeingDevice.open(t, controlPlane, 'pi-1'),
    await SeeingDevice.open(t, controlPlane, 'pi-2'),
  ];
  const began = Date.now();

  await t.test('nothing yet: it says what would be here', async () => {
    await dashboard.go('/detections');
    await page.getByText('Nothing was seen that fits').waitFor();
  });

  await t.test('what comes is there by itself, and waits while one reads', async (t) => {
    const occurrence = randomUUID();
    await one.show(occurrence, await picture(1));
    // What is typed meanwhile stays as it is.
    await page.getByLabel('Camera').fill('cam');
    await one.see({ label: 'scratch', score: 0.77, at: began, occurrence });
    await page.getByRole('row', { name: /scratch 77\s%/ }).waitFor();
    await page.waitForFunction(
      () => (document.querySelector('td img') as HTMLImageElement).naturalWidth > 0,
    );
    t.equal(await page.getByLabel('Camera').inputValue(), 'cam');
    await page.getByLabel('Camera').fill('');
    await one.see({ label: 'scratch', score: 0.81, at: began, occurrence, type: 'end' });
    await page.getByRole('row', { name: /scratch 81\s%.*12\ss/ }).waitFor();
    t.equal(await rows.count(), 2, 'a heading, and the same row');
    await page.getByRole('link', { name: 'pi-1' }).first().focus();
    await other.see({ label: 'good' });
    await other.see({ label: 'stain' });
    const fresh = page.getByRole('button', { name: '2 new' });
    await fresh.waitFor();
    t.equal(await rows.count(), 2);
    await page.keyboard.press('.');
    await page.getByRole('row', { name: /stain/ }).waitFor();
    t.equal(await rows.count(), 4);
  });

  await Promise.all(
    Array.from({ length: HISTORY }, (_, i) =>
      (i % 3 === 0 ? other : one).see({
        label: CLASSES[[0, 0, 0, 1, 0, 2, 0, 3][i % 8] as number] as string,
        at: began - (i + 1) * 10 * MINUTE,
        score: 0.5 + (i % 50) / 100,
        model: (i < HISTORY / 2 ? 'a' : 'b').repeat(64),
      }),
    ),
  );
  const all = HISTORY + 3;
  for (;;) {
    const { counted } = await controlPlane.get(
      `/api/detections/mix?bucket=1h&from=${new Date(began - 24 * 60 * MINUTE).toISOString()}&to=${new Date(Date.now() + MINUTE).toISOString()}`,
    );
    if (counted === all) break;
  }

  await t.test('a history with filters in the address, a page at a time', async (t) => {
    await dashboard.go('/detections?device=pi-2&minScore=0.8');
    t.equal(await page.getByLabel('Device', { exact: true }).inputValue(), 'pi-2');
    t.equal(await page.getByLabel('Score at least, %').inputValue(), '80', 'as scores are shown');
    await page.getByRole('row', { name: /pi-2/ }).first().waitFor();
    const shown = await rows.allTextContents();
    t.notOk(shown.some((text) => text.includes('pi-1')));
    await page.getByLabel('Class', { exact: true }).fill('scratch');
    await page.getByLabel('Class', { exact: true }).press('Enter');
    await page.waitForURL(/label=scratch/);
    await page.goBack();
    await page.waitForURL((url) => !url.search.includes('label'));
    await page.getByRole('button', { name: 'Clear' }).click();
    await page.waitForURL(/\/detections$/);
    await page.getByRole('row', { name: /pi-1/ }).first().waitFor();
    for (let least = 100; least < all; least += 100) {
      await page.keyboard.press('End');
      await page.waitForFunction(
        (than) => document.querySelectorAll('tr').length > than,
        least + 1,
      );
    }
    await page.waitForFunction((than) => document.querySelectorAll('tr').length > than, all);
    t.equal(await rows.count(), all + 1, 'all, none twice');
  });

  await t.test('what was read stays there when events may have been missed', async (t) => {
    const body = 'retry: 300\nevent: reset\ndata: {}\n\n';
    await page.route('**/api/events?*', (route) =>
      route.fulfill({ contentType: 'text/event-stream', body }),
    );
    await dashboard.go('/detections');
    await rows.nth(100).waitFor();
    await page.keyboard.press('End');
    await rows.nth(all).waitFor();
    const again = () =>
      page.waitForResponse(
        (answer) => new URL(answer.url()).searchParams.get('limit') === `${all}`,
      );
    await again();
    await again();
    t.equal(await rows.count(), all + 1);
    await page.unroute('**/api/events?*');
  });

  await t.test('the mix of classes: by keyboard into a bar, and back', async (t) => {
    await dashboard.go('/detections');
    const bars = page.getByRole('slider', { name: /Occurrences over time/ });
    await page.getByText(`${all} occurrences`).waitFor();
    t.equal((await page.locator('.detections-bars rect').count()) > 60, true);
    await bars.focus();
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('ArrowLeft');
    const words = await page.locator('.detections-mix-words').textContent();
    t.match(words, /–.*: (nothing|.* \d)/);
    t.equal(await bars.getAttribute('aria-valuetext'), words, 'heard as it is read');
    await page.keyboard.press('Enter');
    await page.waitForURL(/from=.*to=/);
    await page.getByText(/^[12] occurrences?$/).waitFor();
    await page.goBack();
    await page.getByText(`${all} occurrences`).waitFor();
  });

  // Of a few rows: axe looks at each.
  await dashboard.go('/detections?device=pi-2&label=good');
  await rows.nth(9).waitFor();
  await checkPage(t, dashboard, 'detections');

  await t.test('what is filtered, as CSV', async (t) => {
    await dashboard.go('/detections?label=stain');
    const download = page.waitForEvent('download');
    await page.getByRole('link', { name: 'Export as CSV' }).click();
    const file = await (await download).path();
    const lines = readFileSync(file, 'utf8').trimEnd().split('\r\n');
    t.equal(lines.length, 1 + HISTORY / 8 + 1, 'a heading, the history and one that came live');
    t.ok(lines.slice(1).every((line) => line.includes(',stain,')));
  });

  await t.test('live is what is heard, and not live what is not', async (t) => {
    await dashboard.go('/detections');
    const section = page.getByRole('region', { name: 'As it comes' });
    await section.getByText('live', { exact: true }).waitFor();
    await page.route('**/api/events?*', (route) => route.abort());
    await page.reload();
    await section.getByText('not live', { exact: true }).waitFor();
    t.equal(await section.getByText('live', { exact: true }).count(), 0);
    await page.unroute('**/api/events?*');
  });

  await t.test('what was not answered is asked again, and what comes is shown then', async (t) => {
    await dashboard.go('/detections');
    await page.getByText('live', { exact: true }).waitFor();
    await page.getByRole('row', { name: /pi-1/ }).first().waitFor();
    // From here on no stream begins, at whose beginning all is read in any case: the one there is
    // goes on.
    let streams = 0;
    page.on('request', (request) => {
      if (new URL(request.url()).pathname === '/api/events') streams += 1;
    });
    await page.route('**/api/detections?*device=pi-2*', (route) => route.abort(), { times: 1 });
    await page.getByLabel('Device', { exact: true }).fill('pi-2');
    await page.getByLabel('Device', { exact: true }).press('Enter');
    const failed = page.getByText(/it is asked again/);
    await failed.waitFor();
    await other.see({ label: 'unbored', score: 0.99 });
    await page.getByRole('row', { name: /unbored 99\s%.*pi-2/ }).waitFor();
    t.equal(await page.getByRole('row', { name: /pi-1/ }).count(), 0);
    t.equal(await failed.count(), 0);
    t.equal(streams, 0);
  });

  await t.test('what can not be asked says why', async () => {
    await dashboard.go('/detections?device=No%20Such');
    await page.getByText(/The detections were not read/).waitFor();
  });
});
