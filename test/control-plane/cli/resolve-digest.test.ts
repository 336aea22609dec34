import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import t from 'tap';
import { ApiClient } from '../../../control-plane/src/cli/client/api-client.ts';
import { resolveDigest } from '../../../control-plane/src/cli/models/resolve-digest.ts';

t.test('digits with which several models begin are not enough: they are named', async (t) => {
  const digests = ['a', 'b', 'c', 'd', 'e', 'f'].map(
    (last) => `${'12345678'.repeat(7)}1234567${last}`,
  );
  // Models whose digests begin alike can't be made: this answers as the API would.
  const server = createServer(({ url = '' }, response) => {
    const { searchParams } = new URL(url, 'http://localhost');
    const beginning = searchParams.get('digest') ?? '';
    const found = digests.filter((digest) => digest.startsWith(beginning));
    const models = found.map((digest) => ({ digest, name: `model ${digest.at(-1)}` }));
    response.end(JSON.stringify({ models: models.slice(0, Number(searchParams.get('limit'))) }));
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  t.teardown(() => server.close());
  const { port } = server.address() as AddressInfo;
  const client = new ApiClient({ server: `http://127.0.0.1:${port}`, token: 'x' });
  const error = await resolveDigest(client, '12345678').catch((it: Error) => it);
  t.match(error, {
    code: 'OPTION_INVALID',
    message: /a model alone begins, received 12345678, as several do/,
  });
  const { message } = error as Error;
  for (const digest of digests.slice(0, 5)) t.ok(message.includes(`${digest}  model`), digest);
  t.match(message, /\n {2}…$/, 'and there are more');
  t.equal(await resolveDigest(client, (digests[2] as string).slice(0, 64)), digests[2]);
});
