import { join } from 'node:path';
import type { Route } from 'playwright-core';
import t from 'tap';
import { SeededModels, TASK } from './models/seed-models.ts';
import { checkPage } from './stand/check-page.ts';
import { chromiumMissing, Dashboard } from './stand/dashboard.ts';

t.test('the Models page', { skip: chromiumMissing }, async (t) => {
  const dashboard = await Dashboard.open(t);
  const { page, controlPlane } = dashboard;
  const seeded = new SeededModels(controlPlane, join(t.testdirName, 'packages'));
  const text = () => page.getByRole('main').textContent();
  const championNow = async () => {
    const { aliases } = await controlPlane.get(`/api/tasks/${TASK}`);
    return aliases.find(({ alias }: { alias: string }) => alias === 'champion');
  };

  await t.test('from nothing: a task, then how its first model comes to be', async (t) => {
    await dashboard.go('/models');
    await page.getByText('There is no task yet').waitFor();
    await page.getByRole('main').getByRole('button', { name: 'New task…' }).click();
    await page.getByLabel('Name').fill('doors');
    await page.getByLabel('Classes').fill('open, closed');
    const asked: string[] = [];
    page.on('request', (request) => asked.push(`${request.method()} ${request.url()}`));
    await page.keyboard.press('Enter');
    await page.keyboard.press('Enter');
    await page.getByText('doors has no model yet').waitFor();
    page.removeAllListeners('request');
    t.equal(asked.filter((it) => /^POST .*api.tasks$/.test(it)).length, 1, 'once');
    t.match(page.url(), /task=doors$/);
    await page.getByRole('button', { name: 'Freeze what is labelled' }).click();
    t.match(await page.getByRole('alert').textContent(), /Nothing was frozen/, 'and why not');
  });

  await t.test(
    'of a task that is not there, it says so, and leads to those that are',
    async (t) => {
      await dashboard.go('/models?task=dors');
      await page.getByText('There is no task “dors”.').waitFor();
      await page.getByRole('main').getByRole('link', { name: 'doors', exact: true }).click();
      await page.getByText('doors has no model yet').waitFor();
      t.match(page.url(), /task=doors$/);
    },
  );

  await seeded.bringPictures();
  await dashboard.go(`/models?task=${TASK}`);

  await t.test('what is labelled is frozen, and a training started by keyboard', async (t) => {
    await page.getByRole('button', { name: 'Freeze what is labelled' }).click();
    await page.getByRole('heading', { name: 'Version 1' }).waitFor();
    await page.getByText('48 samples').waitFor();
    await page.keyboard.press('t');
    const dialog = page.getByRole('dialog', { name: `Train ${TASK}` });
    await dialog.getByText('No trainer asks for jobs').waitFor();
    t.match(
      await dialog.getByLabel('Command').inputValue(),
      /^edgeloop-trainer work --server http/,
    );
    const token = dialog.getByRole('link', { name: 'make one under Setup' });
    t.equal(await token.getAttribute('href'), '/setup/tokens', 'where its token comes from');
    await dialog.getByLabel('Epochs').fill('3');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/models/jobs/*');
    await page.getByText('epochs 3').waitFor();
    t.match(await text(), /waits for a trainer/);
  });

  await t.test('a training is cancelled, and says what that does', async () => {
    await page.getByRole('button', { name: 'Cancel…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Cancel this training?' });
    await dialog.getByText('It leaves the queue.').waitFor();
    await dialog.getByRole('button', { name: 'Cancel the training' }).click();
    await page.getByRole('button', { name: 'Try again' }).waitFor();
    await page.getByText('Cancelled by').waitFor();
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByText('The job waits for a trainer again.').waitFor();
    await page.getByRole('button', { name: 'Cancel…' }).click();
    await dialog.getByRole('button', { name: 'Cancel the training' }).click();
    await dialog.waitFor({ state: 'detached' });
  });

  const weak = await seeded.writePackage('weak', 3);
  const strong = await seeded.writePackage('strong', 1);
  const champion = await seeded.push(weak);
  await controlPlane.fetch(`/api/models/${champion}/aliases/champion`, { method: 'PUT' });
  const offer = await seeded.startJob();

  await t.test('a training is followed as it goes', async (t) => {
    await dashboard.go(`/models?task=${TASK}`);
    const now = page.getByRole('region', { name: 'Training now' });
    await now.getByText(/epoch 2 of 3 .* 1\smin left .* on bench-1/).waitFor();
    t.ok(Number(await now.getByRole('progressbar').getAttribute('value')) > 0.3);
    await page.keyboard.press('t');
    await page.getByRole('dialog').getByText('is at another job').waitFor();
    await page.getByRole('button', { name: 'Start the training' }).click();
    await page
      .getByRole('alert')
      .getByText(/Wait for it or cancel it/)
      .waitFor();
    await page.keyboard.press('Escape');
    await dashboard.go(`/models/jobs/${offer.job}`);
    await page.getByText('epoch 2 of 3').waitFor();
    await page.getByText('Training (epoch 2)').waitFor();
    await page.getByRole('img', { name: /^Loss over 2 epochs/ }).waitFor();
    const log = `**/api/jobs/${offer.job}/log?*`;
    await page.route(log, (route) => route.fulfill({ status: 503 }), { times: 1 });
    await seeded.tell(offer, 'Evaluating', 3);
    await page.getByText('The log was not read.').waitFor();
    t.equal(await page.getByText('Training (epoch 2)').count(), 1, 'what is known stays');
    await page.getByText('Evaluating (epoch 3)').waitFor();
    await page.getByRole('img', { name: /^Loss over 3 epochs/ }).waitFor();
    t.equal(await page.getByText('Training (epoch 2)').count(), 1, 'no line twice');
  });

  const candidate = await seeded.finishJob(offer, strong, weak);
  await seeded.bringReport(candidate);

  await t.test('champion and candidate stand side by side', async (t) => {
    await dashboard.go(`/models?task=${TASK}`);
    const region = (name: string) => page.getByRole('region', { name, exact: true });
    await region('Candidate').getByText('87.5 %', { exact: true }).waitFor();
    await region('Champion').getByText('62.5 %', { exact: true }).waitFor();
    t.match(await region('Candidate').textContent(), /69\.0\s% to 95\.7\s%, on 24 test samples/);
    t.match(await region('Candidate').textContent(), /INT8 against FP32\s*no loss/);
    const paired = await region('On the same test samples').textContent();
    t.match(paired, /The candidate is ahead, hardly by chance \(p = 0\.008\)/);
    t.match(paired, /candidate alone 6.*champion alone 0/s);
    t.match(paired, /red\s*8\s*62\.5\s%\s*87\.5\s%\s*\+25\.0/);
    t.match(await region('Versions, newest first').textContent(), /candidate.*87\.5\s%.*champion/s);
    t.match(
      await page.getByRole('link', { name: 'Roll out the candidate' }).getAttribute('href'),
      `/rollouts/new?task=${TASK}&model=${candidate}`,
    );
    await checkPage(t, dashboard, 'models');
    await region('Candidate').getByRole('button', { name: 'Make champion…' }).press('Enter');
    await page.getByRole('dialog').getByText('No device changes what it runs').waitFor();
    await page.getByRole('button', { name: 'Make it champion' }).press('Enter');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    t.match(await championNow(), { digest: candidate, setBy: 'token:first' });
    await controlPlane.fetch(`/api/models/${champion}/aliases/champion`, { method: 'PUT' });
  });

  await t.test(
    'what is older than the lists is there for who asks, and by its address',
    async (t) => {
      const short = async (route: Route) => {
        const response = await route.fetch();
        const page = await response.json();
        const [none, next] = [{ models: [], datasets: [] }, 'an older one'];
        const isFirst = new URL(route.request().url()).searchParams.get('limit') === '50';
        return route.fulfill({ response, json: isFirst ? { ...page, ...none, next } : page });
      };
      const [models, datasets] = ['**/api/models?*', `**/api/tasks/${TASK}/datasets?*`];
      for (const list of [models, datasets]) await page.route(list, short);
      await dashboard.go(`/models?task=${TASK}&dataset=1`);
      await page.getByRole('heading', { name: 'Version 1' }).waitFor();
      const champion = page.getByRole('region', { name: 'Champion', exact: true });
      await champion.getByText('dataset version 1').waitFor();
      await champion.getByText('no device', { exact: true }).waitFor();
      const frozen = page.getByRole('listitem').filter({ hasText: 'Version 1frozen' });
      await frozen.getByRole('button', { name: 'Train…' }).click();
      const pictures = page.getByRole('dialog').getByLabel('Pictures');
      t.equal(await pictures.locator('option:checked').textContent(), 'Dataset version 1');
      await page.getByRole('dialog').getByText('pictures to train').waitFor();
      await page.keyboard.press('Escape');
      await page.getByRole('button', { name: 'Show older datasets' }).click();
      await page
        .getByRole('button', { name: 'Show older datasets' })
        .waitFor({ state: 'detached' });
      t.equal(await page.getByRole('heading', { name: 'Version 1' }).count(), 1, 'none twice');
      await page.unrouteAll({ behavior: 'wait' });
      await dashboard.go(`/models?task=${TASK}`);
      const versions = page.getByRole('region', { name: 'Versions, newest first' });
      t.match(await versions.getByRole('row').nth(1).textContent(), /candidate1 ?87\.5\s%/);
    },
  );

  await t.test('a cell of the confusion leads to its pictures, by keyboard', async (t) => {
    const cell = page.getByRole('link', { name: '1 sample of red called green' });
    await cell.focus();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'red, called green' }).waitFor();
    const picture = page.getByRole('img', { name: /^red: sample / });
    await picture.scrollIntoViewIfNeeded();
    const width = await picture.evaluate(async (image: HTMLImageElement) => {
      await image.decode();
      return image.naturalWidth;
    });
    t.equal(width, 64, 'the very picture');
    t.match(page.url(), new RegExp(`/models/${candidate}\\?truth=red&predicted=green$`));
    t.equal(await cell.getAttribute('aria-current'), 'true');
    await page.getByRole('link', { name: 'Close' }).click();
    await page.getByText('Choose a cell to see its pictures').waitFor();
  });

  await t.test(
    'one version: where it comes from, its report, and what the gate said',
    async (t) => {
      const main = await text();
      t.match(main, /Against the champion: passed/);
      t.match(main, /48 samples/);
      t.match(main, /INT8, on devices\s*FP32/);
      t.match(
        await page.getByLabel('Other version', { exact: true }).textContent(),
        `${champion.slice(0, 12)} · champion`,
      );
      await page.getByText('It alone is right on 6 samples').click();
      t.equal(await page.getByText(/the other said/).count(), 6);
      const report = await page.getByRole('link', { name: 'Report' }).getAttribute('href');
      t.match(await (await controlPlane.fetch(String(report))).text(), /A report/);
      await checkPage(t, dashboard, 'model');
    },
  );

  await t.test('it is made champion, unless another was meanwhile', async (t) => {
    await page.getByRole('button', { name: 'Make champion…' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText(`It takes the place of ${champion.slice(0, 12)}`).waitFor();
    const name = (digest: string) =>
      controlPlane.fetch(`/api/models/${digest}/aliases/champion`, { method: 'PUT' });
    await name(candidate);
    const before = page.locator('button', { hasText: 'Make champion…' });
    await before.waitFor({ state: 'detached' });
    await dialog.getByRole('button', { name: 'Make it champion' }).click();
    await dialog.getByRole('button', { name: 'Show how it is now' }).click();
    await dialog.waitFor({ state: 'detached' });
    await name(champion);
    await before.click();
    await dialog.getByText('No device changes what it runs').waitFor();
    await dialog.getByRole('button', { name: 'Make it champion' }).click();
    await dialog.waitFor({ state: 'detached' });
    await before.waitFor({ state: 'detached' });
    t.match(await championNow(), { digest: candidate, setBy: 'token:first' });
  });

  await t.test(
    'a version is removed when its digest is typed, and not while it is needed',
    async (t) => {
      await page.getByRole('button', { name: 'Remove…' }).click();
      const dialog = page.getByRole('dialog');
      const remove = dialog.getByRole('button', { name: 'Remove the version' });
      t.ok(await remove.isDisabled());
      await dialog.getByRole('textbox').fill(candidate.slice(0, 12));
      await remove.click();
      t.match(
        await dialog.getByRole('alert').textContent(),
        /it is (candidate|champion) of colours/,
      );
      await page.keyboard.press('Escape');
      await dashboard.go(`/models/${champion}`);
      await page.getByRole('button', { name: 'Remove…' }).click();
      await page.getByRole('textbox').fill(champion.slice(0, 12));
      await page.keyboard.press('Enter');
      await page.waitForURL(`**/models?task=${TASK}`);
      t.equal((await controlPlane.fetch(`/api/models/${champion}`)).status, 404);
    },
  );

  await dashboard.go(`/models/jobs/${offer.job}`);
  await page.getByText('Evaluating (epoch 3)').waitFor();
  await checkPage(t, dashboard, 'job');
  await t.test('who may only look is offered nothing that would be refused', async (t) => {
    const { secret } = await controlPlane.post('/api/tokens', { name: 'wall', role: 'viewer' });
    await dashboard.context.setExtraHTTPHeaders({ authorization: `Bearer ${secret}` });
    for (const path of [`/models?task=${TASK}`, `/models/${candidate}`]) {
      await dashboard.go(path);
      await page.getByText('87.5 %').first().waitFor();
      const main = page.getByRole('main');
      t.same(await main.getByRole('button').allTextContents(), [], path);
      t.equal(await main.getByRole('link', { name: 'Roll out' }).count(), 0);
    }
  });

  t.same(
    dashboard.complaints.filter(
      (complaint) => !/status of (404|409|412|503 .*log)/.test(complaint),
    ),
    [],
    'the browser has nothing to complain about',
  );
});
