import t from 'tap';
import { ownAddress } from '../../../control-plane/src/commands/own-address.ts';

t.test('where a browser on this machine finds the API', async (t) => {
  const at = (host: string, secure = false) => ownAddress({ host, port: 8080, secure });
  t.equal(at('127.0.0.1'), 'http://127.0.0.1:8080');
  t.equal(at('0.0.0.0'), 'http://127.0.0.1:8080');
  t.equal(at('::'), 'http://127.0.0.1:8080');
  t.equal(at('fd00::1'), 'http://[fd00::1]:8080');
  t.equal(at('edge.local', true), 'https://edge.local:8080');
});
