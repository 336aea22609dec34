import t from 'tap';
import { until } from '../stand/until.ts';
import { checkPage } from './stand/check-page.ts';
import { chromiumMissing, Dashboard, SIZES } from './stand/dashboard.ts';
import { BEGINNING, bringMarkedNames, writeMarkedNames } from './stand/marked-names.ts';

t.test('around every page', { skip: chromiumMissing }, async (t) => {
  const dashboard = await Dashboard.open(t, { prepare: writeMarkedNames });
  const { page, controlPlane } = dashboard;

  await t.test('each has its address, its title and its place in the navigation', async (t) => {
    await dashboard.go('/');
    for (const name of ['Detections', 'Label', 'Models', 'Rollouts', 'Setup', 'Fleet']) {
      const link = page.getByRole('navigation').getByRole('link', { name });
      await link.click();
      await page.getByRole('heading', { level: 1 }).waitFor();
      t.equal(await link.getAttribute('aria-current'), 'page', name);
      t.match(await page.title(), / · Edgeloop$/);
    }
    await page.goBack();
    t.match(page.url(), /\/setup$/, 'the back button works');
    const none = {
      '/rollouts/nowhere': /no such rollout/,
      '/models/jobs/nowhere': /such training/,
    };
    for (const [address, words] of Object.entries(none)) {
      await dashboard.go(address);
      await page.getByText(words).waitFor();
    }
    await dashboard.go('/nowhere/at-all');
    t.match(await page.getByRole('main').textContent(), /There is no such page/);
    await dashboard.go('/');
  });

  await t.test('the palette finds by a few letters, by keyboard', async (t) => {
    await page.keyboard.press('Control+k');
    await page.keyboard.type('roll');
    await page.getByRole('option', { name: 'Rollouts' }).waitFor();
    await page.keyboard.press('Enter');
    await page.waitForURL('**/rollouts');
    t.equal(await page.getByRole('dialog').count(), 0);
    await page.waitForFunction(() => document.activeElement?.tagName === 'H1');
    t.equal(await page.locator('h1:focus').textContent(), 'Rollouts', 'and one is there');
  });

  await t.test('and it does what is no page: by another word for it, too', async (t) => {
    await page.keyboard.press('Control+k');
    await page.keyboard.type('night');
    await page.getByRole('option', { name: 'Dark theme action', selected: true }).waitFor();
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: /Theme: dark/ }).click();
    await page.keyboard.press('Control+k');
    await page.keyboard.type('shortcuts');
    await page.getByRole('option', { name: 'Show the keys' }).click();
    await page.getByRole('dialog', { name: 'Keys' }).waitFor();
    await page.keyboard.press('Escape');
    t.match(page.url(), /\/rollouts$/, 'and one stays where one is');
  });

  await t.test('? shows the keys', async (t) => {
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keys' }).waitFor();
    t.match(await page.getByRole('dialog').textContent(), /Show these keys/);
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
  });

  await t.test('g and a letter go to a page, and mean nothing else', async (t) => {
    await dashboard.go('/');
    const focused = () => page.evaluate(() => document.activeElement?.tagName);
    t.equal(await focused(), 'BODY', 'of the first page the browser tells');
    for (const [key, name] of [
      ['m', 'Models'],
      ['S', 'Enrol a device'],
      ['f', 'Fleet'],
    ] as const) {
      await page.keyboard.press('g');
      await page.keyboard.press(key);
      await page.waitForFunction((title) => document.title === `${title} · Edgeloop`, name);
      await page.waitForFunction(() => document.activeElement?.tagName === 'H1');
      t.equal(await page.locator('h1:focus').textContent(), name, 'the focus is at its heading');
    }
    await controlPlane.post('/api/tasks', { task: 'parts', classes: ['good', 'bad'] });
    await page.keyboard.press('g');
    await page.keyboard.press('m');
    await page.getByRole('button', { name: 'New task' }).waitFor();
    await page.waitForFunction(() => document.activeElement?.tagName === 'H1');
    t.equal(await page.locator('h1:focus').textContent(), 'Models', 'also where it is drawn anew');
    await page.keyboard.press('g');
    await page.keyboard.press('f');
    await page.waitForURL((url) => url.pathname === '/');
    await page.keyboard.press('g');
    await page.keyboard.press('?');
    t.equal(await page.getByRole('dialog').count(), 0, 'the second key is no shortcut');
    await page.keyboard.press('?');
    const keys = page.getByRole('dialog', { name: 'Keys' });
    t.match(await keys.textContent(), /g l\s*Go to Label/);
    await page.keyboard.press('g');
    await page.keyboard.press('l');
    await page.keyboard.press('Escape');
    await keys.waitFor({ state: 'detached' });
    await page.keyboard.press('Control+k');
    await page.keyboard.type('gl');
    t.equal(await page.getByRole('dialog').getByRole('combobox').inputValue(), 'gl');
    await page.keyboard.press('Escape');
    t.equal(new URL(page.url()).pathname, '/', 'nor behind a dialog, nor while one types');
  });

  await t.test('who goes on to something else before the page is there keeps that', async (t) => {
    await dashboard.go('/');
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    await page.route(/\/assets\/detections-page-/, async (route) => {
      await held;
      await route.continue();
    });
    await page.keyboard.press('g');
    await page.keyboard.press('d');
    await page.waitForURL('**/detections');
    const theme = page.getByRole('button', { name: /Theme: system/ });
    await theme.focus();
    release();
    await page.getByRole('heading', { level: 1, name: 'Detections' }).waitFor();
    await page.evaluate(() => new Promise((seen) => setTimeout(seen, 100)));
    t.ok(await theme.evaluate((element) => element === document.activeElement));
  });

  await t.test('a name that is markup is text, wherever it stands', async (t) => {
    for (const address of await bringMarkedNames(controlPlane)) {
      await dashboard.go(address);
      const name = page.getByRole('main').getByText(BEGINNING);
      await name.filter({ visible: true }).first().waitFor();
      t.equal(await page.locator('img[src=x]').count(), 0, address);
      t.match(await page.title(), /Edgeloop/, address);
    }
  });

  await t.test('on a phone the rows of links show where one is', async () => {
    await page.setViewportSize(SIZES.phone);
    await dashboard.go('/setup/keys');
    for (const name of ['Pages', 'Setup']) {
      const row = await page.getByRole('navigation', { name }).boundingBox();
      const link = page.getByRole('navigation', { name }).locator('[aria-current="page"]');
      await until(async () => {
        const at = await link.boundingBox();
        return !!row && !!at && at.x > row.x - 1 && at.x + at.width < row.x + row.width + 1;
      });
    }
    await page.setViewportSize(SIZES.desk);
  });

  await t.test('the theme is kept', async (t) => {
    await page.getByRole('button', { name: /Theme: system/ }).click();
    await page.getByRole('button', { name: /Theme: light/ }).click();
    await page.reload();
    await page.getByRole('button', { name: /Theme: dark/ }).waitFor();
    t.equal(await page.evaluate(() => document.documentElement.dataset.theme), 'dark');
    await page.getByRole('button', { name: /Theme: dark/ }).click();
  });

  await t.test(
    'the page takes nothing from elsewhere, and runs nothing that stands in it',
    async (t) => {
      const answer = await dashboard.controlPlane.fetch('/label');
      t.match(answer.headers.get('content-security-policy'), /default-src 'none'/);
      t.notMatch(answer.headers.get('content-security-policy'), /unsafe/);
      t.equal(answer.headers.get('link'), null);
      t.equal((await dashboard.controlPlane.fetch('/assets/none.js')).status, 404);
      t.equal((await dashboard.controlPlane.fetch('/api/none')).status, 404);
      t.equal((await dashboard.controlPlane.fetch('/none', { method: 'POST' })).status, 404);
    },
  );

  await t.test(
    'what the first page asks for is named to who may have it, to nobody else',
    async (t) => {
      const known = await controlPlane.fetch('/?view=table');
      t.match(known.headers.get('link'), /<\/api\/fleet>; rel=preload; as=fetch; crossorigin/);
      const stranger = await fetch(`http://127.0.0.1:${controlPlane.apiPort}/`);
      t.same([stranger.status, stranger.headers.get('link')], [200, null]);
    },
  );

  await checkPage(t, dashboard, 'shell');
  // Of addresses that are none.
  const complaints = dashboard.complaints.filter((text) => !/status of 400/.test(text));
  t.same(complaints, [], 'the browser has nothing to complain about');
});
