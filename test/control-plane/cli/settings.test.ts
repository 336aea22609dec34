import { once } from 'node:events';
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import t from 'tap';
import { readSettings } from '../../../control-plane/src/cli/settings/settings.ts';
import { writeSettingsFile } from '../../../control-plane/src/cli/settings/settings-file.ts';
import { Certificates, opensslMissing } from '../../stand/broker/certificates.ts';
import { lostByPowerCut, noPowerCut } from '../../stand/machine/lost-by-power-cut.ts';
import { runHere } from './stand/run-here.ts';

const home = mkdtempSync(join(tmpdir(), 'edgeloop-settings-'));
t.teardown(() => rmSync(home, { recursive: true, force: true }));
const path = join(home, '.config', 'edgeloop', 'config.yaml');

function write(text: string, mode = 0o600): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  chmodSync(path, mode);
}

const read = (options = {}, env = {}) => readSettings(options, { env, home });
const values = async (options = {}, env = {}) => {
  const { server, token, ca, profile } = await read(options, env);
  return { server: server.value, token: token.value, ca: ca.value, profile };
};

t.test('without anything: this machine, and no token', async (t) => {
  t.same(await values(), { server: 'http://127.0.0.1:8080', token: null, ca: null, profile: null });
});

t.test('what is written down stays when the power goes then', { skip: noPowerCut }, async (t) => {
  const folder = t.testdir({});
  const file = join(folder, '.config', 'edgeloop', 'config.yaml');
  for (const token of ['elt_first', 'elt_second']) {
    t.same(await lostByPowerCut(folder, () => writeSettingsFile(file, { token })), []);
    t.match(readFileSync(file, 'utf8'), token);
  }
  t.equal(statSync(file).mode & 0o777, 0o600);
  t.equal(statSync(dirname(file)).mode & 0o777, 0o700);
});

t.test('an option before the environment, the environment before the file', async (t) => {
  write('server: https://file.example\ntoken: elt_file\nca: ca.pem\n');
  const { server, token, ca } = await read();
  t.same(server, { value: 'https://file.example', from: path });
  t.same(token, { value: 'elt_file', from: path });
  t.same(ca.value, join(dirname(path), 'ca.pem'), 'beside the file that names it');
  const env = { EDGELOOP_SERVER: 'https://env.example', EDGELOOP_TOKEN: 'elt_env' };
  t.match(await values({}, env), { server: 'https://env.example', token: 'elt_env' });
  const options = { server: 'https://option.example', token: 'elt_option' };
  t.match(await values(options, env), options);
  t.match(await values({}, { EDGELOOP_TOKEN: '' }), { token: 'elt_file' }, 'empty says nothing');
  t.match(await values({}, { XDG_CONFIG_HOME: home }), { token: null }, 'XDG says where it is');
});

t.test('a token that is written down goes to no other server', async (t) => {
  write('server: https://file.example\ntoken: elt_file\n');
  const refused = { code: 'OPTION_INVALID', message: /the token of .* is for https:\/\/file/ };
  await t.rejects(read({ server: 'https://other.example' }), refused);
  await t.rejects(read({}, { EDGELOOP_SERVER: 'http://file.example' }), refused);
  t.match(await values({ server: 'https://file.example/' }), { token: 'elt_file' });
});

t.test('profiles, and which one holds', async (t) => {
  write(
    'profile: lab\nprofiles:\n  lab: {server: "https://lab.example", token: elt_lab}\n  hall: {server: "https://hall.example"}\n',
  );
  t.match(await values(), { profile: 'lab', token: 'elt_lab' });
  t.match(await values({ profile: 'hall' }), { server: 'https://hall.example', token: null });
  t.match(await values({}, { EDGELOOP_PROFILE: 'hall' }), { profile: 'hall' });
  await t.rejects(read({ profile: 'hal' }), { message: /received hal\. Did you mean "hall"\?/ });
});

t.test('login and logout are of the profile that the next command has', async (t) => {
  const server = createServer((_request, response) => response.end('{"tasks":[]}'));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  write('profile: lab\nprofiles:\n  lab: {server: "https://lab.example", token: elt_lab}\n');
  const run = (...args: string[]) => runHere({ home, env: { EDGELOOP_PROFILE: '' } }, ...args);
  const login = await run('login', '--server', url, '--token', 'elt_new');
  t.match(login, { code: 0, stdout: `kept in ${path}, profile lab` });
  t.same(await values(), { server: url, token: 'elt_new', ca: null, profile: 'lab' });
  t.match(await run('logout'), { code: 0, stdout: `${path}, profile lab: the token is gone` });
  t.match(await values(), { server: url, token: null });
});

t.test(
  'login trusts whom the profile says, of its own server alone',
  { skip: opensslMissing },
  async (t) => {
    const authority = new Certificates();
    const { certificate, key } = authority.issue('localhost');
    const server = createTlsServer(
      { cert: readFileSync(certificate), key: readFileSync(key) },
      (_request, response) => response.end('{"tasks":[]}'),
    );
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    t.teardown(() => server.close());
    const { port } = server.address() as AddressInfo;
    const url = `https://localhost:${port}`;
    write(`server: ${url}\nca: ca.pem\n`);
    copyFileSync(authority.ca, join(dirname(path), 'ca.pem'));
    const login = (...args: string[]) => runHere({ home }, 'login', '--token', 'elt_new', ...args);
    t.match(await login(), { code: 0 });
    t.match(readFileSync(path, 'utf8'), /^ca: ca\.pem$/m, 'as it was written');
    t.match(await values(), { token: 'elt_new' });

    const other = `https://127.0.0.1:${port}`;
    t.match(await login('--server', other), { stderr: /unable to verify|self.signed/ });
    t.match(await values(), { server: url }, 'nothing is written for who was not trusted');
    t.match(await login('--server', other, '--ca', authority.ca), { code: 0 });
    t.match(await values(), { server: other, ca: authority.ca });
  },
);

t.test('what is wrong is told with its mend', async (t) => {
  for (const [text, message] of [
    ['sever: https://x.example\n', /received sever\. Did you mean "server"\?/],
    ['profiles: {lab: {tokn: x}}\n', /received profiles\.lab\.tokn\. Did you mean "token"\?/],
    ['token: 12\n', /expected text for token, received 12/],
    ['- a\n', /expected keys and values for the file/],
    ['a: [\n', /expected YAML/],
    ['server: edgeloop.example\n', /Expected a URL such as https:.*received edgeloop\.example/],
  ] as const) {
    write(text);
    await t.rejects(read(), { code: 'OPTION_INVALID', message }, text);
  }
  write('token: elt_file\n', 0o644);
  await t.rejects(read(), { message: `mode 644. chmod 600 ${path}` });
  write('server: https://x.example\n', 0o644);
  t.match(await values(), { server: 'https://x.example' }, 'without a token anybody may read it');
  await t.rejects(read({ config: join(home, 'none.yaml') }), { message: /received none\..*login/ });
});
