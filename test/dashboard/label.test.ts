import { createHash } from 'node:crypto';
import { drawSample, encodeJpeg, SCENE_CLASSES } from '@edgeloop/imaging';
import type { Page } from 'playwright-core';
import t from 'tap';
import { storedZip } from '../stand/stored-zip.ts';
import { bringSamples } from './stand/bring-samples.ts';
import { checkPage } from './stand/check-page.ts';
import { chromiumMissing, Dashboard } from './stand/dashboard.ts';

const LABELS = '**/api/tasks/parts/samples/*/labels';
const BY_KEYBOARD = 40;
/** The network: longer for an answer than from key to key. */
const SLOW = 40;
/** A person is to label 30 a minute, whatever the network does: as long may each take, in ms. */
const LONGEST = 2_000;

/** The digest of the picture that is seen, when it is there. @param next and the one behind it */
async function seen(page: Page, { next = false } = {}): Promise<string> {
  const found = await page.waitForFunction((wanted) => {
    const deck = document.querySelectorAll<HTMLImageElement>('.label-deck img');
    const [shown, behind] = [...deck].filter(({ dataset }) => dataset.place !== 'previous');
    if (shown?.dataset.ready === undefined) return null;
    return wanted && behind?.dataset.ready === undefined ? null : shown.src.split('/').at(-2);
  }, next);
  return String(await found.jsonValue());
}

/**
 * Whether the frame after each key shows another picture, whole. As text: what is compiled here
 * names what a page does not know.
 */
const WATCH_FRAMES = `{
  const shown = () => document.querySelector('img.label-deck-shown');
  window.shownNext = [];
  addEventListener('keydown', () => {
    const before = shown();
    requestAnimationFrame(() => {
      const now = shown();
      window.shownNext.push(now !== null && now !== before && now.complete && now.naturalWidth > 0);
    });
  }, true);
}`;

/** Whether "Try again" was pressed. */
const WATCH_AGAIN = `{
  window.pressedAgain = false;
  addEventListener('click', ({ target }) => {
    if (target.textContent === 'Try again') window.pressedAgain = true;
  }, true);
}`;

t.test('labelling', { skip: chromiumMissing }, async (t) => {
  const dashboard = await Dashboard.open(t);
  const { page, controlPlane } = dashboard;
  const saved = () => page.getByText('all saved').waitFor();
  const main = page.getByRole('main');
  const labelOf = async (sha256: string) =>
    (await controlPlane.get(`/api/tasks/parts/samples/${sha256}`)).label;

  await t.test('without a task it says how to make one', async (t) => {
    await dashboard.go('/label');
    await page.getByText('There is no task yet').waitFor();
    t.match(await main.locator('input').inputValue(), /edgeloop tasks create/);
  });

  await controlPlane.post('/api/tasks', { task: 'parts', classes: SCENE_CLASSES });
  const brought = await bringSamples(controlPlane, { task: 'parts', count: BY_KEYBOARD + 8 });
  const shows = new Map<string, string>(brought.map(({ sha256, label }) => [sha256, label]));
  const keyFor = (sha256: string) => String(SCENE_CLASSES.indexOf(shows.get(sha256) as never) + 1);

  await t.test('forty labels, faster than the network, which fails as well', async (t) => {
    let requests = 0;
    await page.route(LABELS, async (route) => {
      requests += 1;
      await new Promise((resolve) => setTimeout(resolve, SLOW));
      // One never arrives; of another the answer is lost.
      if (requests === 5) return route.abort('connectionrefused');
      if (requests === 20) {
        await route.fetch();
        return route.abort('connectionreset');
      }
      return route.continue();
    });
    await dashboard.go('/label/parts');
    await page.evaluate(WATCH_FRAMES);
    const said = new Map<string, string>();
    const began = performance.now();
    for (let i = 0; i < BY_KEYBOARD; i++) {
      const sha256 = await seen(page, { next: true });
      t.notOk(said.has(sha256), 'no picture twice');
      said.set(sha256, shows.get(sha256) as string);
      await page.keyboard.press(keyFor(sha256));
    }
    const took = performance.now() - began;
    const rate = `${Math.round((BY_KEYBOARD / took) * 60_000)} labels a minute`;
    t.ok(took < BY_KEYBOARD * LONGEST, rate);
    t.comment(rate);
    await saved();
    await page.unroute(LABELS);
    const { classes, today } = await controlPlane.get('/api/tasks/parts/progress');
    t.equal(today.yours, BY_KEYBOARD, 'each counts once');
    const counted = classes.map(({ labels }: { labels: number }) => labels);
    t.equal(
      counted.reduce((sum: number, labels: number) => sum + labels, 0),
      BY_KEYBOARD,
    );
    for (const [sha256, label] of [...said].slice(0, 10)) {
      t.match(await labelOf(sha256), { state: 'class', class: label });
    }
    t.same(
      await page.evaluate('window.shownNext'),
      Array(BY_KEYBOARD).fill(true),
      'the next picture is there with the next frame',
    );
  });

  await checkPage(t, dashboard, 'label');

  await t.test('undo, none, skip, the guess, a new class: by keyboard', async (t) => {
    const first = await seen(page);
    await page.keyboard.press('n');
    const second = await seen(page);
    t.not(second, first);
    await page.keyboard.press('u');
    t.equal(await seen(page), first, 'it is back');
    await saved();
    t.match(await labelOf(first), { state: 'unlabelled' });
    await page.keyboard.press('Enter');
    await saved();
    t.match(await labelOf(first), { state: 'class', class: shows.get(first) }, 'the guess');
    t.equal(await seen(page), second);
    await page.keyboard.press('s');
    const third = await seen(page);
    await page.keyboard.press('+');
    await page.getByRole('dialog', { name: /New class/ }).waitFor();
    await page.keyboard.type('dent');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: /dent/ }).waitFor();
    await saved();
    t.match(await labelOf(third), { state: 'class', class: 'dent' });
    await page.reload();
    await seen(page);
    await page.keyboard.press('u');
    await page.getByText(/Taken back/).waitFor();
    t.equal(await seen(page), third, 'also what was said before the page was open');
  });

  await t.test('a picture that was not loaded comes when the network is there again', async (t) => {
    await page.route('**/api/samples/*/picture*', (route) => route.abort('internetdisconnected'));
    await page.reload();
    await page.getByText('This picture was not loaded').waitFor();
    await page.unroute('**/api/samples/*/picture*');
    await page.evaluate(() => dispatchEvent(new Event('online')));
    const sha256 = await seen(page, { next: true });
    await page.getByText('This picture was not loaded').waitFor({ state: 'detached' });
    await page.keyboard.press(keyFor(sha256));
    await saved();
    t.match(await labelOf(sha256), { class: shows.get(sha256) });
  });

  await t.test('what another has labelled meanwhile is not asked', async () => {
    await seen(page, { next: true });
    const behind = page.locator('.label-deck img[data-place=upcoming]').nth(1);
    const sha256 = (await behind.getAttribute('src'))?.split('/').at(-2) as string;
    const { secret } = await controlPlane.post('/api/tokens', { name: 'two', role: 'labeller' });
    const url = `http://127.0.0.1:${controlPlane.apiPort}/api/tasks/parts/samples/${sha256}/labels`;
    await fetch(url, {
      method: 'POST',
      headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
      body: JSON.stringify({ kind: 'class', class: shows.get(sha256) }),
    });
    await page.locator(`.label-deck img[src*="${sha256}"]`).waitFor({ state: 'detached' });
  });

  await t.test('while nothing arrives, nothing is lost, and leaving is warned of', async (t) => {
    // It is tried again by itself, too: until somebody says so, nothing arrives.
    await page.evaluate(WATCH_AGAIN);
    await page.route(LABELS, async (route) => {
      if (await page.evaluate('window.pressedAgain')) return route.continue();
      return route.abort('internetdisconnected');
    });
    const one = await seen(page);
    await page.keyboard.press(keyFor(one));
    const two = await seen(page);
    await page.keyboard.press(keyFor(two));
    await page.getByText('2 answers wait here, in order').waitFor();
    let warned = false;
    page.once('dialog', (dialog) => {
      warned = dialog.type() === 'beforeunload';
      void dialog.dismiss();
    });
    await page.goto('about:blank').catch(() => {});
    t.ok(warned);
    await page.getByRole('button', { name: 'Try again' }).click();
    await saved();
    await page.unroute(LABELS);
    t.match(await labelOf(one), { class: shows.get(one) });
    t.match(await labelOf(two), { class: shows.get(two) });
  });

  await t.test('what is refused is kept until one says what becomes of it', async (t) => {
    await page.route(LABELS, (route) =>
      route.fulfill({
        status: 422,
        contentType: 'application/problem+json',
        body: JSON.stringify({ status: 422, code: 'CLASS_UNKNOWN', detail: 'Expected a class.' }),
      }),
    );
    const refused = await seen(page);
    await page.keyboard.press(keyFor(refused));
    await page.getByText('1 answer refused').waitFor();
    await page.getByRole('button', { name: 'Drop them' }).click();
    await page.getByRole('dialog', { name: 'Drop 1 answer?' }).waitFor();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByText('1 answer refused').waitFor();
    await page.unroute(LABELS);
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByText('1 answer refused').waitFor({ state: 'detached' });
    await saved();
    t.match(await labelOf(refused), { class: shows.get(refused) });
  });

  await t.test('an empty queue says what to do, and fills by itself', async (t) => {
    const { queue } = await controlPlane.get('/api/tasks/parts/progress');
    for (let i = 0; i < queue.forYou; i++) {
      await seen(page);
      await page.keyboard.press('n');
    }
    await page.getByText('Nothing is left for you.').waitFor();
    const [more] = await bringSamples(controlPlane, {
      task: 'parts',
      count: 1,
      seed: 900,
      device: 'pi-2',
    });
    t.equal(await seen(page), more?.sha256);
  });

  await t.test('another task has a desk of its own, at its own address', async (t) => {
    await controlPlane.post('/api/tasks', { task: 'caps', classes: ['on', 'off'] });
    await bringSamples(controlPlane, { task: 'parts', count: 1, seed: 950, device: 'pi-3' });
    await dashboard.go('/label');
    await page.waitForURL('**/label/parts');
    await seen(page);
    await page.getByRole('combobox', { name: 'Task' }).selectOption('caps');
    await page.waitForURL('**/label/caps');
    await page.getByText('Everything is labelled.').waitFor();
    const classes = page.locator('.label-class .class-mark');
    t.same(await classes.allTextContents(), ['on', 'off']);
    await controlPlane.post('/api/tasks/caps/classes', { class: 'askew' });
    await classes.getByText('askew').waitFor();
    t.same(await classes.allTextContents(), ['on', 'off', 'askew'], 'what another adds');
  });

  await t.test('pictures of their own are imported, and wait for a label', async (t) => {
    await dashboard.go('/label/caps');
    await page.getByRole('button', { name: 'Import pictures…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Import pictures into caps' });
    const [own, labelled] = await Promise.all(
      [7, 8].map(async (seed) => Buffer.from(await encodeJpeg(await drawSample(seed, 'good'), 90))),
    );
    const notes = { name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('on') };
    await dialog.getByLabel('Files').setInputFiles([
      { name: 'own.jpg', mimeType: 'image/jpeg', buffer: own as Buffer },
      {
        name: 'some.zip',
        mimeType: 'application/zip',
        buffer: Buffer.from(storedZip({ 'train/on/1.jpg': labelled as Buffer })),
      },
      notes,
    ]);
    await dialog.getByLabel('In the zip').waitFor();
    await dialog.getByRole('button', { name: 'Import' }).click();
    await dialog.getByText('2 new pictures; 1 new label.').waitFor();
    t.match(await dialog.textContent(), /1 file not taken.*notes\.txt: Expected \.zip, \.jpg/);
    await dialog.getByRole('link', { name: 'Label' }).click();
    t.equal(
      await seen(page),
      createHash('sha256')
        .update(own as Buffer)
        .digest('hex'),
    );
  });

  await t.test('who may only look sees how far it is, and is asked nothing', async (t) => {
    const { secret } = await controlPlane.post('/api/tokens', { name: 'wall', role: 'viewer' });
    await dashboard.context.setExtraHTTPHeaders({ authorization: `Bearer ${secret}` });
    await dashboard.go('/label/parts');
    await page.getByText('This needs the role labeller.').waitFor();
    await page.getByRole('region', { name: 'So far' }).waitFor();
    t.same(await main.getByRole('button').allTextContents(), []);
    await page.keyboard.press('n');
    t.same(
      dashboard.complaints.filter((text) => /status of 403/.test(text)),
      [],
    );
  });
});
