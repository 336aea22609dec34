import { findUnchangeable, MAX_SETTINGS_BYTES } from '@edgeloop/protocol';
import t from 'tap';

const CHANGEABLE: readonly object[] = [
  {},
  { cameras: { cam0: { decide: { enter: 0.8 } }, cam1: null } },
  { cameras: null },
  { broker: { url: 'mqtts://elsewhere:8883', keepalive: '10s' } },
  { slots: { main: { threads: 2, deadline: null } } },
  { privacy: { pictures: 'stay' } },
  { sampling: 'off', log: { level: 'debug' } },
];
for (const settings of CHANGEABLE) {
  t.test(`${JSON.stringify(settings)} may be changed`, async (t) => {
    t.same(findUnchangeable(settings as Record<string, unknown>), []);
  });
}

const UNCHANGEABLE: readonly (readonly [string, string])[] = [
  ['{"site":"other"}', 'site'],
  ['{"device":"pi-2"}', 'device'],
  ['{"state":"/tmp"}', 'state'],
  ['{"broker":{"password":"x"}}', 'broker.password'],
  ['{"broker":{"username":"x"}}', 'broker.username'],
  ['{"broker":{"ca":null}}', 'broker.ca'],
  ['{"broker":null}', 'broker'],
  ['{"server":{"ca":"x"}}', 'server.ca'],
  ['{"server":null}', 'server'],
  ['{"slots":{"main":{"package":"/elsewhere"}}}', 'slots.main.package'],
  ['{"slots":{"main":null}}', 'slots.main'],
  ['{"configuration":{"trial":"1000h"}}', 'configuration'],
  ['{"__proto__":{"x":1}}', '__proto__'],
];
for (const [settings, path] of UNCHANGEABLE) {
  t.test(`${settings} is the device's own`, async (t) => {
    const [mistake, ...others] = findUnchangeable(JSON.parse(settings));
    t.same(others, []);
    t.ok(mistake?.startsWith(`${path}: expected a key that may be changed`), String(mistake));
  });
}

t.test('a typo is guessed', async (t) => {
  t.match(findUnchangeable({ camera: {} }), [/Did you mean "cameras"\?/]);
});

t.test('a password in a URL is a secret', async (t) => {
  t.match(findUnchangeable({ broker: { url: 'mqtts://me:secret@broker' } }), [
    /^broker\.url: expected a URL without/,
  ]);
});

t.test('settings have a bound', async (t) => {
  t.match(findUnchangeable({ cameras: { cam0: 'x'.repeat(MAX_SETTINGS_BYTES) } }), [
    /at most 32768 bytes/,
  ]);
});
