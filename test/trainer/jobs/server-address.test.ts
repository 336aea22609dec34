import t from 'tap';
import { serverAddress } from '../../../trainer/src/jobs/server-address.ts';

t.test('HTTPS, or this machine', (t) => {
  for (const address of [
    'https://loop.example:8443',
    'http://127.0.0.1:8080',
    'http://localhost',
    'http://[::1]:8080',
  ]) {
    t.equal(serverAddress(address).href, new URL(address).href);
  }
  for (const address of ['http://loop.example', 'loop.example', 'ftp://127.0.0.1', '']) {
    t.throws(() => serverAddress(address), { code: 'OPTION_INVALID', message: /Expected https/ });
  }
  t.end();
});
