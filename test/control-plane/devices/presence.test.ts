import t from 'tap';
import { PresenceWatch } from '../../../control-plane/src/devices/presence.ts';
import { record, row } from '../store/records.ts';

const BOOT = { bootId: '00000000-0000-4000-8000-00000000b007', agentVersion: '0.1.0' };
const status = (state: string, changes = {}) => record('status', { state, ...BOOT }, changes);

t.test('who came and who went is told once', async (t) => {
  const watch = new PresenceWatch();
  t.equal(watch.see(status('online')), 'online');
  t.equal(watch.see(status('online')), null, 'it says so again');
  t.equal(watch.see(row(1)), null);
  t.equal(watch.see(status('offline')), 'offline');
  t.equal(watch.see(status('offline', { retained: true })), null, 'heard again after a reconnect');
  t.equal(watch.see(status('online', { retained: true })), 'online', 'missed meanwhile');
});

t.test('what the broker had kept before anyone listened is no news', async (t) => {
  const watch = new PresenceWatch();
  t.equal(watch.see(status('online', { retained: true })), null);
  t.equal(watch.see(status('online', { retained: true, device: 'pi-2' })), null);
  t.equal(watch.see(status('offline')), 'offline');
});
