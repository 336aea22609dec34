import type { DeviceId, EpochMillis, SiteId } from '@edgeloop/protocol';
import t from 'tap';
import { ForgottenWatch } from '../../../control-plane/src/desired/forgotten-watch.ts';
import { record } from '../store/records.ts';

function watching() {
  const seen = { at: 0, told: [] as string[], again: [] as string[] };
  const watch = new ForgottenWatch({
    tell: (devices) => seen.told.push(...devices),
    tellAgain: (device) => seen.again.push(device),
    now: () => seen.at as EpochMillis,
  });
  const says = (desired: number | undefined, more = {}) =>
    watch.see([record('reported', { desired }, { device: 'a', site: 'hall', ...more })]);
  const tell = (version: number) => watch.told('a' as DeviceId, 'hall' as SiteId, version);
  return { seen, watch, says, tell };
}

t.test('a device that is new, or at another site, is told', async (t) => {
  const { seen, says } = watching();
  says(undefined);
  says(undefined);
  t.same(seen.told, ['a']);
  says(undefined, { site: 'yard' });
  t.same(seen.told, ['a', 'a']);
});

t.test(
  'one that says that it has less than it was told is told again, once it had time to take it',
  async (t) => {
    const { seen, watch, says, tell } = watching();
    tell(5);
    seen.at = 1000;
    says(undefined);
    seen.at = 20_000;
    watch.look();
    t.same(seen.again, [], 'it may be at it');
    seen.at = 31_001;
    watch.look();
    t.same(seen.again, ['a']);
    tell(5);
    watch.look();
    t.same(seen.again, ['a'], 'not again until it says something');
  },
);

t.test('one that has what it was told is left alone; so is one that says nothing', async (t) => {
  const { seen, watch, says, tell } = watching();
  tell(5);
  says(5);
  tell(6);
  seen.at = 1_000_000;
  watch.look();
  t.same(seen.again, [], 'offline since: what is retained waits for it');
  says(6);
  seen.at = 2_000_000;
  watch.look();
  t.same(seen.again, []);
});

t.test('what the broker had kept of it shows nothing', async (t) => {
  const { seen, watch, says, tell } = watching();
  tell(5);
  seen.at = 10;
  says(4, { retained: true });
  seen.at = 1_000_000;
  watch.look();
  t.same(seen.again, []);
});

t.test('what an earlier process told and the broker lost with it is told again', async (t) => {
  const { seen, watch, says, tell } = watching();
  seen.at = 1;
  says(4);
  watch.knew('a' as DeviceId, 'hall' as SiteId, 5);
  seen.at = 31_000;
  watch.look();
  t.same(seen.again, ['a'], 'though it spoke before this process knew what it was told');
  tell(5);
  watch.knew('a' as DeviceId, 'hall' as SiteId, 4);
  says(5);
  seen.at = 99_000;
  watch.look();
  t.same(seen.again, ['a'], 'what this process told counts more');
});
