import { execFile } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { epochMillis } from '@edgeloop/protocol';
import type { Page } from 'playwright-core';
import t from 'tap';
import { StoreWriter } from '../../control-plane/src/store/write/store-writer.ts';
import { row } from '../control-plane/store/records.ts';
import { PROGRAMS } from '../stand/programs.ts';
import { until } from '../stand/until.ts';
import { tryToRemoveSecond, tryToSaveSecond } from './setup/second-steps.ts';
import { seeLastTry, typeIndex } from './setup/trigger-steps.ts';
import { answeredLate } from './stand/answered-late.ts';
import { checkAccessibility, checkPage } from './stand/check-page.ts';
import { chromiumMissing, Dashboard } from './stand/dashboard.ts';
import { readQrCode } from './stand/read-qr-code.ts';

const run = promisify(execFile);
const DAY = 86_400_000;
const PASSWORD = 'correct horse battery';

const heading = (page: Page, name: string) =>
  page.getByRole('heading', { level: 1, name }).waitFor();

/** As somebody does who has no mouse. */
async function typeInto(page: Page, label: string, text: string): Promise<void> {
  for (let tabs = 0; tabs < 40; tabs++) {
    const focused = page.locator(':focus');
    if ((await focused.count()) > 0 && (await labelOf(focused)) === label) break;
    await page.keyboard.press('Tab');
  }
  await page.keyboard.type(text);
}
const labelOf = (focused: ReturnType<Page['locator']>) =>
  focused.evaluate((element) => (element as HTMLInputElement).labels?.[0]?.textContent ?? '');

t.test('login and Setup', { skip: chromiumMissing }, async (t) => {
  // Received ten days ago.
  const receivedAt = epochMillis(Date.now() - 10 * DAY);
  const prepare = (data: string) => {
    const writer = new StoreWriter(data);
    writer.commit([1, 2, 3].map((seq) => ({ ...row(seq), receivedAt })));
    writer.close();
  };
  const dashboard = await Dashboard.open(t, { signedIn: false, prepare });
  const { page, controlPlane } = dashboard;
  const menu = page.locator('summary', { hasText: /, admin/ });
  const { invitation } = await controlPlane.post('/api/people', { name: 'anna', role: 'admin' });

  await t.test('an invitation gives a password, and leaves nothing in the address', async (t) => {
    await page.goto(invitation.path);
    await heading(page, 'Choose your password');
    t.equal(new URL(page.url()).hash, '');
    await typeInto(page, 'New password', PASSWORD);
    await typeInto(page, 'The same again', PASSWORD);
    await page.keyboard.press('Enter');
    await page.waitForURL((url) => url.pathname === '/');
    await menu.getByText('anna').waitFor();
    const [cookie] = await dashboard.context.cookies();
    t.match(cookie, { name: 'edgeloop_session', httpOnly: true, sameSite: 'Strict' });
    const refused = dashboard.complaints.filter((text) => /status of 401/.test(text));
    t.same(refused, [], 'that nobody was logged in is no error');
  });

  await t.test('a link logs in whoever is somebody already, and works once', async (t) => {
    const { path } = await controlPlane.post('/api/session/link');
    await page.goto('/login');
    await page.waitForURL((url) => url.pathname === '/');
    // Who was logged in before comes to be known last.
    const [held] = await Promise.all([
      answeredLate(page, { method: 'GET', after: 'POST', path: '/api/session' }),
      page.goto(path),
    ]);
    t.match(await held.json(), { name: 'anna' });
    await menu.getByText('first').waitFor();
    t.equal(await menu.getByText('anna').count(), 0);
    t.equal(new URL(page.url()).hash, '');
    await page.goto('/models');
    await page.goto(path);
    await page.getByRole('alert').getByText('a link that was not used yet').waitFor();
    await page.getByRole('button', { name: 'Go on as first' }).click();
    await menu.getByText('first').waitFor();
  });

  await t.test('out, and in again by keyboard, to where one wanted to be', async (t) => {
    await menu.focus();
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Log out' }).focus();
    await page.keyboard.press('Enter');
    await heading(page, 'Log in to Edgeloop');
    t.same(await dashboard.context.cookies(), []);
    await page.goto('/setup/enrol');
    await heading(page, 'Log in to Edgeloop');
    await typeInto(page, 'Name', 'anna');
    await typeInto(page, 'Password', 'a wrong password');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').waitFor();
    await checkPage(t, dashboard, 'login');
    await page.getByLabel('Password', { exact: true }).fill('');
    await page.getByLabel('Name', { exact: true }).focus();
    await typeInto(page, 'Password', PASSWORD);
    await page.keyboard.press('Enter');
    await heading(page, 'Enrol a device');
    t.equal(new URL(page.url()).pathname, '/setup/enrol');
  });

  await t.test('a device is enrolled by what is pasted, and seen at once', async (t) => {
    await typeInto(page, 'Site', 'hall-1');
    await typeInto(page, 'Device', 'pi-9');
    await page.keyboard.press('Enter');
    await page.getByText('Waiting for the device').waitFor();
    const command = await page.getByLabel('Command to paste on the device').inputValue();
    t.equal(await readQrCode(page, 'The command, for a camera'), command);
    await checkPage(t, dashboard, 'setup-enrol');
    const cwd = join(t.testdir(), 'pi');
    mkdirSync(cwd, { recursive: true });
    const script = `sudo() { "$@"; }; edgeloop-agent() { "$NODE" "$AGENT" "$@"; }; ${command}`;
    const env = { ...process.env, NODE: process.execPath, AGENT: PROGRAMS.agent };
    const { stdout } = await run('bash', ['-c', script], { cwd, env });
    t.match(stdout, /pi-9 is enrolled at site hall-1/);
    await page.getByRole('status').getByText('pi-9 is enrolled').waitFor();
    await page.getByText('used up', { exact: true }).waitFor();
    t.equal(await page.getByText('Waiting for the device').count(), 0);
  });

  await t.test('a token is shown once, and revoked after a word of what that does', async (t) => {
    await dashboard.go('/setup/tokens');
    await page.getByLabel('Name', { exact: true }).fill('laptop');
    await page.getByRole('button', { name: 'Make a token' }).click();
    const secret = await page.getByLabel('Token', { exact: true }).inputValue();
    const asking = (token: string) =>
      controlPlane.fetch('/api/session', { headers: { authorization: `Bearer ${token}` } });
    t.match(await (await asking(secret)).json(), { who: 'person:anna', role: 'viewer' });
    await page.getByRole('button', { name: 'I have it' }).click();
    t.notMatch(await page.content(), secret);
    const row = page.getByRole('row', { name: /laptop/ });
    await row.getByRole('button', { name: 'Revoke' }).click();
    const question = page.getByRole('dialog', { name: 'Revoke laptop?' });
    t.match(await question.textContent(), /refused from the next request on/);
    await question.getByRole('button', { name: 'Revoke' }).click();
    await row.getByText('revoked').waitFor();
    t.equal((await asking(secret)).status, 401);
  });

  await t.test('a person is invited, and disabled: their page ends where it is', async (t) => {
    await dashboard.go('/setup/people');
    await page.getByLabel('Name', { exact: true }).fill('ben');
    await page.getByLabel('Role').selectOption('viewer');
    await page.getByRole('button', { name: 'Invite' }).click();
    const address = await page.getByLabel('Address of the invitation').inputValue();
    await page.getByRole('button', { name: 'I have it' }).click();
    await page.getByText('The token of the file admin-token still may').waitFor();
    await checkPage(t, dashboard, 'setup-people');
    const browser = dashboard.context.browser();
    const context = await browser!.newContext();
    const his = await context.newPage();
    await his.goto(address);
    await his.getByLabel('New password').fill(PASSWORD);
    await his.getByLabel('The same again').fill(PASSWORD);
    await his.keyboard.press('Enter');
    await his.waitForURL((url) => url.pathname === '/');
    await his.goto(new URL('/setup', address).href);
    await his.getByRole('navigation', { name: 'Setup' }).waitFor();
    t.equal(
      await his.getByRole('link', { name: 'People' }).count(),
      0,
      'what he may not is absent',
    );
    await his.goto(new URL('/setup/audit', address).href);
    await his.getByText('This needs the role admin.').waitFor();
    await his.goto(new URL('/setup/retention', address).href);
    await heading(his, 'Retention');
    await his.getByText('An admin changes it.').waitFor();
    t.not(await his.getByLabel('Pictures: days').getAttribute('readonly'), null);
    t.equal(await his.getByRole('button', { name: 'Save' }).count(), 0);
    await page.reload();
    const row = page.getByRole('row', { name: /ben/ });
    await row.getByText('logged in, 1 browser').waitFor();
    await row.getByRole('button', { name: 'Disable' }).click();
    const question = page.getByRole('dialog', { name: 'Disable ben?' });
    t.match(await question.textContent(), /logged out of 1 browser/);
    await question.getByRole('button', { name: 'Disable' }).click();
    await row.getByText('disabled').waitFor();
    await heading(his, 'Log in to Edgeloop');
    t.match(his.url(), /\/setup\/retention$/);
    await context.close();
  });

  await t.test('the log says who did what, and its filter stands in the address', async (t) => {
    await page.route('**/api/audit?*', (route) => route.fulfill({ status: 503 }), { times: 1 });
    await dashboard.go('/setup/audit');
    // It is asked again by itself.
    await page.getByText('The log was not read.').waitFor();
    await page.getByRole('button', { name: 'createToken' }).first().click();
    await page.waitForURL('**/setup/audit?action=createToken');
    await until(
      async () => (await page.getByRole('button', { name: 'changePerson' }).count()) === 0,
    );
    const row = page.getByRole('row', { name: /createToken/ }).first();
    t.match(await row.textContent(), /person:anna.*"name":"laptop"/);
  });

  await t.test('every section is there for who has no mouse, or does not see', async (t) => {
    await controlPlane.post('/api/tasks', { task: 'surface', classes: ['good', 'scratch'] });
    await controlPlane.post('/api/subscribers', { name: 'home-assistant', sites: ['hall-1'] });
    await controlPlane.post('/api/webhooks', { url: 'http://127.0.0.1:9/', kinds: ['job.*'] });
    for (const section of ['subscribers', 'budgets', 'triggers', 'retention', 'webhooks', 'keys']) {
      await dashboard.go(`/setup/${section}`);
      await page.locator('.section').last().waitFor();
      await checkAccessibility(t, page, section);
      await dashboard.screenshot(`setup-${section}`);
    }
  });

  await t.test('a number is what one types; what is none is not sent', (t) =>
    typeIndex(t, dashboard),
  );

  await t.test('who comes second is told, sees how it is now, and can save again', (t) =>
    tryToSaveSecond(t, dashboard),
  );

  await t.test('what came of the last try of a trigger is shown, and when the next is', (t) =>
    seeLastTry(t, dashboard),
  );

  await t.test(
    'a clock that is not believed is told, and a person says that it is right',
    async (t) => {
      // Ten days after the newest row, the first that this control plane knows of: it may be off.
      await dashboard.go('/setup/retention');
      await page.getByText("The server's clock is not believed").waitFor();
      await checkAccessibility(t, page, 'retention-clock');
      await page.getByRole('button', { name: 'The clock is right' }).click();
      const question = page.getByRole('dialog', { name: 'Is the clock right?' });
      t.match(await question.textContent(), /compared with the clock of this browser/);
      await question.getByRole('button', { name: 'It is right' }).click();
      await page.getByText('The clock is believed now.').waitFor();
      await page.getByText("The server's clock is not believed").waitFor({ state: 'detached' });
      t.match(await controlPlane.get('/api/retention/clock'), { doubt: null });
    },
  );

  await t.test('what is kept is set: what goes by it is said before, and typed', async (t) => {
    const kept = () => controlPlane.get('/api/retention');
    await dashboard.go('/setup/retention');
    const days = page.getByLabel('Detections: days');
    await days.fill('0.5');
    await page.getByText('Expected a number from 1 to 36500, received 0.5.').waitFor();
    await days.fill('7');
    await page.keyboard.press('Enter');
    const question = page.getByRole('dialog', { name: 'Keep less?' });
    t.match(await question.textContent(), /2 detections, about .*Untouched: 0 pictures/);
    await checkAccessibility(t, page, 'retention-confirm');
    await dashboard.screenshot('setup-retention-confirm');
    t.same((await kept()).settings, {}, 'nothing is set yet');
    await tryToRemoveSecond(t, dashboard);
    await days.fill('7');
    await page.keyboard.press('Enter');
    await question.getByLabel('Type remove to go on').fill('remove');
    await page.keyboard.press('Enter');
    await page.getByText('What is kept is saved.').waitFor();
    t.equal((await kept()).bounds.detectionAge, 7 * DAY);
    const left = async () => (await controlPlane.get('/api/detections')).detections.length;
    await until(async () => (await left()) === 1);
    await page.getByRole('button', { name: 'As it was started' }).click();
    t.equal(await days.inputValue(), '');
    await page.getByRole('button', { name: 'Save' }).click();
    await until(async () => Object.keys((await kept()).settings).length === 0);
  });

  await t.test('a budget that is removed stays removed', async (t) => {
    await dashboard.go('/setup/budgets');
    await page.getByRole('button', { name: 'Set it' }).click();
    await page.getByRole('button', { name: 'Remove' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
    await page.getByRole('button', { name: 'Set it' }).waitFor();
    const { entries } = await controlPlane.get('/api/audit?limit=2');
    t.match(entries, [{ action: 'removeBudget' }, { action: 'setBudget' }]);
  });

  t.same(
    // Who is not let in or comes second, and a control plane that says what is wrong with it: all
    // are answers.
    dashboard.complaints.filter(
      (text) => !/status of (401|412)|status of 503 .*(audit|healthz)/.test(text),
    ),
    [],
    'the browser has nothing to complain about',
  );
});
