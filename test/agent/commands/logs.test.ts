import t from 'tap';
import { fittingLines } from '../../../agent/src/commands/logs.ts';
import { redactSecrets } from '../../../agent/src/commands/redact-secrets.ts';

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
    ['https://edgeloop.lan:8443/a@b', 'https://edgeloop.lan:8443/a@b'],
    ['the alphabet begins with abc', 'the alphabet begins with abc'],
  ] as const) {
    t.equal(redactSecrets(line, secrets), without);
  }
});

t.test('the newest lines that fit', async (t) => {
  t.same(fittingLines(['aaaa', 'bbbb', 'cccc'], 8), ['bbbb', 'cccc']);
  t.same(fittingLines(['aaaa', '€€€'], 8), [], 'in bytes');
  t.same(fittingLines([], 8), []);
  t.same(fittingLines(['a', 'b'], 8), ['a', 'b']);
});
