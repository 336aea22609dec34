import t from 'tap';
import { listenCommand } from '../../../control-plane/dashboard/src/setup/subscribers/listen-command.ts';

for (const [url, at] of [
  ['mqtt://hall.lan:18483', '-h hall.lan -p 18483'],
  ['mqtt://hall.lan', '-h hall.lan -p 1883'],
  ['mqtts://a.lan:8884,mqtts://b.lan', '-h a.lan -p 8884 --cafile ca.pem'],
  ['mqtts://[fd00::1]', '-h fd00::1 -p 8883 --cafile ca.pem'],
  ['wss://hall.lan/mqtt', null],
] as const) {
  t.test(`what listens at ${url}`, async (t) => {
    const command = listenCommand(url, 'wall', 'edgeloop/v1/hall-1/#');
    t.equal(command, at && `mosquitto_sub ${at} -u wall -P … -v -t 'edgeloop/v1/hall-1/#'`);
  });
}
