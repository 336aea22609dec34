import t from 'tap';
import { parseConfig } from '../../../agent/src/config/load-config.ts';
import { GOOD } from './stand/good-config.ts';

for (const [what, from, to, message] of [
  [
    'a key with a typo',
    'source:\n',
    'sorce:\n',
    /^agent\.yaml:12: cameras\.cam0\.sorce: unknown key\. Did you mean "source"\? Expected one of slot, source/m,
  ],
  [
    'a key that is like none',
    'site: works',
    'site: works\nzebra: 1',
    /^agent\.yaml:2: zebra: unknown key\. Expected one of site, device/,
  ],
  [
    'a missing key',
    'device: pi-1\n',
    '',
    /expected 1–63 lower-case letters, .* for device, received nothing/,
  ],
  [
    'a wrong kind of source',
    'kind: directory',
    'kind: folder',
    /^agent\.yaml:13: expected one of "directory", "synthetic", "file", "rpicam", "v4l2", "rtsp", "stills" for cameras\.cam0\.source\.kind, received "folder"/,
  ],
  [
    'a duration without its unit',
    'slot: main\n',
    'slot: main\n    noFrameTimeout: 10\n',
    /expected a duration such as 500ms.* for cameras\.cam0\.noFrameTimeout, received 10/,
  ],
  [
    'a size without its unit',
    'site: works',
    'site: works\noutbox: { bytes: "64" }',
    /expected a size such as 512KiB or 64MiB for outbox\.bytes, received "64"/,
  ],
  [
    'an interval that nothing would follow',
    'path: pictures\n',
    'path: pictures\n      pace: every\n      interval: 2s\n',
    /^agent\.yaml:16: cameras\.cam0\.source\.interval: expected none with pace: every.*received 2s\. Remove it/,
  ],
  [
    'a slot that is not there',
    'slot: main\n',
    'slot: mian\n',
    /^agent\.yaml:11: cameras\.cam0\.slot: expected one of the slots \(main\), received "mian"\. Did you mean "main"\?/,
  ],
  [
    'a camera with a name that no topic can hold',
    '  cam0:',
    '  Cam_0:',
    /cameras: Expected 1–63 lower-case letters/,
  ],
  [
    'an exit above enter',
    'slot: main\n',
    'slot: main\n    decide: { mode: occurrence, enter: 0.5, exit: 0.6 }\n',
    /cameras\.cam0\.decide\.exit: expected at most enter \(0\.5\), received 0\.6/,
  ],
  [
    'frames so far apart that no occurrence could open',
    'path: pictures\n',
    'path: pictures\n      interval: 15s\n    decide: { mode: occurrence, maxGap: 15s }\n',
    /cameras\.cam0\.decide\.maxGap: expected more than the time .* \(15s\), .* received 15s/,
  ],
  [
    'an outbox without room for a row',
    'site: works',
    'site: works\noutbox: { bytes: 0B }',
    /outbox\.bytes: expected at least 64KiB, received 0B/,
  ],
  [
    'a bandwidth of nothing, meant as no limit',
    'site: works',
    'site: works\nupdates: { bandwidth: 0B }',
    /updates\.bandwidth: expected at least 1KiB, received 0B\. Remove it for no limit/,
  ],
  [
    'a host name in capitals',
    'site: works',
    'site: works\npage: { names: [Cam.Lan] }',
    /expected a host name in lower case, such as cam\.lan for page\.names\[0\]/,
  ],
  [
    'a certificate without its key',
    'mqtt://127.0.0.1',
    'mqtts://127.0.0.1\n  certificate: a.pem',
    /broker\.certificate: expected broker\.certificate and broker\.key together/,
  ],
  [
    'an authority for a connection without TLS',
    'mqtt://127.0.0.1',
    'mqtt://127.0.0.1\n  ca: ca.pem',
    /broker\.url: expected mqtts:\/\/ or wss:\/\/ .*received "mqtt:\/\/127\.0\.0\.1"/,
  ],
  [
    'an authority for a cluster of which one has no TLS',
    'mqtt://127.0.0.1',
    'mqtts://127.0.0.1, mqtt://127.0.0.2\n  ca: ca.pem',
    /broker\.url: expected mqtts:\/\/ or wss:\/\/ .*127\.0\.0\.2/,
  ],
  [
    'a cluster of which one is no URL',
    'mqtt://127.0.0.1',
    'mqtt://127.0.0.1,localhost',
    /expected a URL such as mqtt:/,
  ],
  [
    'a time of day that is none',
    'site: works',
    'site: works\nhead: { fitAt: 3:30 }',
    /expected a time of day such as 03:30, in quotes for head\.fitAt, received "3:30"/,
  ],
  ['a broker that is no URL', 'mqtt://127.0.0.1', 'localhost', /expected a URL such as mqtt:/],
  [
    'sampling without a server',
    'site: works',
    'site: works\nsampling: { cooldown: 1s }',
    /^agent\.yaml:2: sampling: expected server\.url, since samples are uploaded by HTTP/,
  ],
  [
    'a server that would be told the password without TLS',
    'site: works',
    'site: works\nserver: { url: http://edgeloop.lan }',
    /http:\/\/ on this machine for server\.url, received "http:\/\/edgeloop\.lan"/,
  ],
  [
    'a server with a path',
    'site: works',
    'site: works\nserver: { url: https://edgeloop.lan/api }',
    /expected https:\/\/ and a host, such as https:\/\/edgeloop\.lan, or http:\/\/ on this machine for server\.url/,
  ],
  [
    'a policy with a typo',
    'site: works',
    'site: works\nsampling: { random: { onein: 5 } }',
    /sampling\.random\.onein: unknown key\. Did you mean "oneIn"\?/,
  ],
  [
    'a share of more than all',
    'site: works',
    'site: works\nsampling: { budgets: { shares: { rare: 2 } } }',
    /at most 1 for sampling\.budgets\.shares\.rare, received 2/,
  ],
  ['no YAML', 'site: works', 'site: [', /agent\.yaml:2: /],
  [
    'no camera',
    GOOD.slice(GOOD.indexOf('cameras:')),
    'cameras: {}\n',
    /expected at least one camera/,
  ],
] as const) {
  t.test(`${what} is refused`, async (t) => {
    const text = GOOD.replace(from, to);
    t.not(text, GOOD);
    t.throws(() => parseConfig(text, 'agent.yaml'), {
      code: 'CONFIG_INVALID',
      exitStatus: 51,
      message,
    });
  });
}

t.test('all mistakes are told at once', async (t) => {
  const text = GOOD.replace('device:', 'devcie:').replace('path:', 'pth:');
  try {
    parseConfig(text, 'agent.yaml');
    t.fail('expected an error');
  } catch (error) {
    const lines = (error as Error).message.split('\n');
    t.equal(lines.length, 4, 'two unknown keys and the two that are missing');
  }
});
