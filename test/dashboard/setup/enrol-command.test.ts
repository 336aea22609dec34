import { execFileSync } from 'node:child_process';
import t from 'tap';
import {
  enrolCommand,
  isLoopback,
} from '../../../control-plane/dashboard/src/setup/enrol/enrol-command.ts';

t.test('what is pasted, for a named device and for one with a configuration', async (t) => {
  const server = 'https://edge.local:8443';
  const secret = `ele_${'a'.repeat(43)}`;
  t.equal(
    enrolCommand({ server, secret, device: 'pi-9' }),
    `sudo edgeloop-agent enrol ${server} ${secret} --device pi-9`,
  );
  t.equal(
    enrolCommand({ server, secret, device: '' }),
    `sudo edgeloop-agent enrol ${server} ${secret}`,
  );
});

t.test('a shell takes whatever was typed as one word', async (t) => {
  const typed = `http://h/$(touch x)';"\\ y`;
  const command = enrolCommand({ server: typed, secret: 's', device: '' });
  const script = command.replace('sudo edgeloop-agent enrol', "printf '%s\\n'");
  const [server] = execFileSync('sh', ['-c', script], { encoding: 'utf8' }).split('\n');
  t.equal(server, typed);
});

t.test('which addresses mean this machine alone', async (t) => {
  const own = [
    'http://127.0.0.1:8080',
    'http://localhost:8080',
    'http://[::1]:8080',
    'http://127.9.9.9',
  ];
  const others = ['http://192.168.1.10:8080', 'https://edge.local', 'http://localhost.example', ''];
  for (const server of own) t.equal(isLoopback(server), true, server);
  for (const server of others) t.equal(isLoopback(server), false, server);
});
