import t from 'tap';
import { fittingLines } from '../../../agent/src/commands/logs.ts';
import { redactSecrets } from '../../../agent/src/commands/redact-secrets.ts';
import { secretsOf } from '../../../agent/src/commands/secrets-of.ts';
import { parseConfig } from '../../../agent/src/config/load-config.ts';
import { GOOD } from '../config/stand/good-config.ts';

t.test('no secret leaves with a line', async (t) => {
  const secrets = ['hunter2!', 'a"quote\\d', 'abc'];
  for (const [line, without] of [
    ['{"msg":"running"}', '{"msg":"running"}'],
    ['{"password":"hunter2!"}', '{"password":"…"}'],
    [JSON.stringify({ of: 'a"quote\\d' }), '{"of":"…"}'],
    ['enrolled with ele_0123456789abcdef', 'enrolled with …'],
    ['{"authorization":"Basic cGktMTpzZWNyZXQ="}', '{"authorization":"Basic …"}'],
    ['bearer elt_abcdefgh12', 'bearer …'],
    ['mqtt://pi-1:s3cret@broker.lan:1883', 'mqtt://pi-1:…@broker.lan:1883'],
    ['mqtt://pi-1:s3@cret@broker.lan:1883', 'mqtt://pi-1:…@broker.lan:1883'],
    ['https://edgeloop.lan:8443/a@b', 'https://edgeloop.lan:8443/a@b'],
    ['{"url":"rtsp://eve:s@ret@cam.lan:554/live"}', '{"url":"rtsp://cam.lan"}'],
    ['rtsp://cam.lan/user=eve_password=s3cret is away', 'rtsp://cam.lan is away'],
    ['the alphabet begins with abc', 'the alphabet begins with abc'],
  ] as const) {
    t.equal(redactSecrets(line, secrets), without);
  }
});

t.test(
  'what a device knows as secret: passwords, and of cameras what stands in their URLs',
  async (t) => {
    const url = 'rtsp://eve:p%40ss@cam.lan/live?token=t0ken';
    const text = GOOD.replace('mqtt://127.0.0.1', 'mqtt://127.0.0.1\n  password: of-broker')
      .replace(/kind: directory\n.*\n/, `kind: rtsp\n      url: ${url}\n`)
      .concat('page: { password: of-the-page-itself }\nserver: { url: https://edgeloop.lan }\n');
    const config = parseConfig(text, 'agent.yaml');
    const server = config.server && { ...config.server, password: () => 'of-server' };
    t.same(
      [...secretsOf({ ...config, server })].sort(),
      [
        ...['/live?token=t0ken', 'eve:p%40ss', 'of-broker', 'of-server', 'of-the-page-itself'],
        ...['p%40ss', 'p@ss'],
      ].sort(),
    );
    t.equal(redactSecrets('one, onetwo', ['onet', 'onetwo']), 'one, …', 'the longer one first');
  },
);

t.test('the newest lines that fit', async (t) => {
  t.same(fittingLines(['aaaa', 'bbbb', 'cccc'], 8), ['bbbb', 'cccc']);
  t.same(fittingLines(['aaaa', '€€€'], 8), [], 'in bytes');
  t.same(fittingLines([], 8), []);
  t.same(fittingLines(['a', 'b'], 8), ['a', 'b']);
});
