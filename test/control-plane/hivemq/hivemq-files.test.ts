import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { epochMillis } from '@edgeloop/protocol';
import t from 'tap';
import { AccountStore } from '../../../control-plane/src/accounts/account-store.ts';
import { openStores } from '../../../control-plane/src/database/open-stores.ts';
import { openForWriting } from '../../../control-plane/src/store/open-database.ts';
import { pythonMissing } from '../../stand/machine/notify-socket.ts';
import { PROGRAMS } from '../../stand/programs.ts';

t.setTimeout(60_000);

/** By the parser of another make (expat): each element's name, its text, and what is in it. */
const READ_XML = `
import json, sys, xml.etree.ElementTree as tree
def read(element):
    return [element.tag, (element.text or '').strip(), [read(child) for child in element]]
print(json.dumps(read(tree.parse(sys.argv[1]).getroot())))
`;
type Element = readonly [tag: string, text: string, children: readonly Element[]];

function readXml(file: string): Element {
  const { stdout, stderr } = spawnSync('/usr/bin/python3', ['-c', READ_XML, file], {
    encoding: 'utf8',
  });
  if (stderr !== '') throw new Error(stderr);
  return JSON.parse(stdout);
}

const within = ([, , children]: Element, tag: string): Element[] =>
  children.filter(([name]) => name === tag);
const textOf = (element: Element, tag: string) => within(element, tag)[0]?.[1];

t.test('the file that HiveMQ is given', { skip: pythonMissing }, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'hivemq-files-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const [data, out] = [join(folder, 'data'), join(folder, 'conf')];
  const file = join(out, 'credentials.xml');
  const write = (broker: string) => {
    const args = ['hivemq-files', '--data', data, '--out', out, '--broker', broker];
    return spawnSync(process.execPath, [PROGRAMS.controlPlane, ...args], { encoding: 'utf8' });
  };
  const owner = 'mqtt://edge%26%3Cloop%3E:p%22%5D%5D%3E@hivemq:1883';
  t.match(write(owner), { status: 65, stderr: /Expected the data folder of a control plane/ });
  t.notOk(existsSync(out), 'and nothing is written');
  mkdirSync(data);
  openForWriting(data).close();
  const database = openStores(data);
  const now = () => epochMillis(Date.now());
  const accounts = new AccountStore({ database, now });
  await database.transaction().execute(async (trx) => {
    for (const device of ['pi-1', 'pi-2'])
      await accounts.create(trx, { name: device, kind: 'device' });
    await accounts.create(trx, { name: 'wall', kind: 'subscriber' });
  });
  await database.destroy();
  t.match(write('mqtt://hivemq:1883'), {
    status: 65,
    stderr: /a user and a password for --broker/,
  });
  t.match(write(owner), { status: 0, stdout: /^3 accounts in .* hivemq-file-rbac-extension/ });

  const [root, , parts] = readXml(file);
  t.equal(root, 'file-rbac');
  t.same(
    parts.map(([tag]) => tag),
    ['users', 'roles'],
  );
  const [users, roles] = parts as [Element, Element];
  t.same(
    within(users, 'user').map((user) => textOf(user, 'name')),
    ['edge&<loop>', 'pi-1', 'pi-2', 'wall'],
  );
  const named = within(roles, 'role').map((role) => textOf(role, 'id'));
  for (const user of within(users, 'user')) {
    t.match(textOf(user, 'password'), /^[A-Za-z0-9+/]+=*:\d+:[A-Za-z0-9+/]{86}==$/);
    const [role] = within(user, 'roles');
    t.ok(named.includes(role && textOf(role, 'id')), 'its role is one of those that follow');
  }
  const mode = () => statSync(file).mode & 0o777;
  t.equal(mode() & 0o137, 0, 'nobody but its owner and group may read it');
  const before = readFileSync(file, 'utf8');
  t.match(write(owner), { status: 0 });
  t.notOk(existsSync(`${file}.new`));
  t.not(readFileSync(file, 'utf8'), before, 'written anew, with another salt');
  t.equal(mode() & 0o137, 0);
});

t.test('the example of the extension reads what is written', { skip: pythonMissing }, async (t) => {
  const example = new URL('../../../docs/examples/hivemq-config.xml', import.meta.url);
  const config = readXml(fileURLToPath(example));
  t.equal(config[0], 'extension-configuration');
  t.match(config[2], [
    ['credentials-reload-interval', '60'],
    ['password-type', 'HASHED'],
  ]);
});
