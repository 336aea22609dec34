import t from 'tap';
import { explainRefusal } from '../../../agent/src/mqtt/explain-refusal.ts';

const url = 'mqtts://user:secret@hub.lan:8883';
for (const [name, broker, username, expected] of [
  [
    'never enrolled',
    { url },
    null,
    /hub\.lan:8883 lets in nobody.*sudo edgeloop-agent enrol <url> <token>/,
  ],
  ['revoked, or an old password', { url }, 'pi-1', /credential of pi-1.*edgeloop-agent rotate/],
  ['a name of agent.yaml', { url, username: 'a', password: 'b' }, 'a', /Mend them/],
  ['a password alone', { url, password: 'b' }, null, /broker\.username and broker\.password/],
] as const) {
  const text = explainRefusal(broker, { username });
  t.match(text, expected, name);
  t.notMatch(text, /secret/, `${name}: no secret of the URL`);
}
