import { pbkdf2Sync } from 'node:crypto';
import { mayPublish, maySubscribe, parseId, TOPICS, type TopicName } from '@edgeloop/protocol';
import t from 'tap';
import type { Account } from '../../../control-plane/src/accounts/account.ts';
import { newPassword } from '../../../control-plane/src/accounts/new-password.ts';
import { credentialsFile, hivemqHash } from '../../../control-plane/src/hivemq/credentials-file.ts';

/** As the extension checks a password: CredentialsHasher.java, Hashing.java. */
function checkCredentials(password: string, kept: string): boolean {
  const [salt, iterations, hash] = kept.split(':') as [string, string, string];
  const salted = Buffer.from(salt, 'base64');
  return pbkdf2Sync(password, salted, Number(iterations), 64, 'sha512').toString('base64') === hash;
}

t.test('a password as the extension keeps it', async (t) => {
  // Of its README: what it says is the hash of "pass1".
  const theirs =
    'WFNQUVB0UkxjM04xa0hSR1BQNGhuOTJKVzdlbXA4bjk=:100:FY12nwpUEbBK9EKQ/Aw/rQKSoA7jXsC0HKELwU2mLCVU39bJVK0zf4NemuFeDOHPO4BW1nOjxi6NporkC6rUog==';
  t.equal(checkCredentials('pass1', theirs), true);
  const { password, hashes } = newPassword('device');
  t.equal(checkCredentials(password, hivemqHash(hashes.mosquitto_hash)), true);
  t.equal(checkCredentials('pass1', hivemqHash(hashes.mosquitto_hash)), false);
});

const [works, yard] = [parseId('site', 'works'), parseId('site', 'yard')];
const device = (name: string, site = works, revoked = false): Account => ({
  name,
  kind: 'device',
  site,
  device: parseId('device', name),
  revoked,
  secretHash: '',
  mosquittoHash: newPassword('device').hashes.mosquitto_hash,
});
const subscriber: Account = {
  name: 'wall',
  kind: 'subscriber',
  sites: [works],
  devices: [parseId('device', 'pi-3')],
  secretHash: '',
  mosquittoHash: '$7$101$c2FsdA==$aGFzaA==',
  revoked: false,
};
const accounts = [
  device('pi-1'),
  device('pi-2'),
  device('pi-3', yard),
  device('gone', works, true),
];
const owner = { name: 'edgeloop', mosquittoHash: '$7$101$c2FsdA==$aGFzaA==' };
const xml = credentialsFile({
  accounts: [...accounts, subscriber],
  owner,
  homeAssistant: 'homeassistant',
});

interface Permission {
  readonly topic: string;
  readonly activity: string;
  readonly retained: boolean;
}

/**
 * What HiveMQ would give a user of the file: by its roles, each filter with the user's name in it.
 */
function permissionsOf(name: string): Permission[] {
  const text = (of: string, tag: string) =>
    new RegExp(`<${tag}>([^<]*)</${tag}>`).exec(of)?.[1] ?? '';
  const blocks = (tag: string) => xml.match(new RegExp(`<${tag}>.*?</${tag}>`, 'gs')) ?? [];
  const user = blocks('user').find((block) => text(block, 'name') === name);
  const role = blocks('role').find((block) => text(block, 'id') === text(user ?? '', 'id'));
  return (role?.match(/<permission>.*?<\/permission>/g) ?? []).map((permission) => ({
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the extension's own form.
    topic: text(permission, 'topic').replaceAll('${{username}}', name),
    activity: text(permission, 'activity'),
    retained: text(permission, 'retain') !== 'NOT_RETAINED',
  }));
}

const matches = (filter: string, topic: string) =>
  new RegExp(`^${filter.replaceAll('+', '[^/]+').replace('/#', '(/.*)?')}$`).test(topic);

t.test('each may what the rules say, of every topic of the table', async (t) => {
  const topicOf = (name: TopicName, site: string, of: string) =>
    `edgeloop/v1/${site}/${of}/${name}${TOPICS[name].per === null ? '' : '/00000000-0000-4000-8000-000000000001'}`;
  let compared = 0;
  for (const who of [...accounts.slice(0, 3), subscriber]) {
    const permissions = permissionsOf(who.name);
    t.ok(permissions.length > 0, who.name);
    for (const name of Object.keys(TOPICS) as TopicName[]) {
      for (const [site, of] of [
        ['works', 'pi-1'],
        ['works', 'pi-2'],
        ['yard', 'pi-1'],
        ['yard', 'pi-3'],
      ] as const) {
        const topic = topicOf(name, site, of);
        const fits = permissions.filter((permission) => matches(permission.topic, topic));
        for (const retain of [false, true]) {
          const may = fits.some(
            ({ activity, retained }) => activity === 'PUBLISH' && (retained || !retain),
          );
          t.equal(may, mayPublish(who, topic, { retain }), `${who.name} > ${topic} ${retain}`);
        }
        const hears = fits.some(({ activity }) => activity === 'SUBSCRIBE');
        t.equal(hears, maySubscribe(who, topic), `${who.name} < ${topic}`);
        compared += 1;
      }
    }
  }
  t.equal(compared, 4 * 4 * Object.keys(TOPICS).length);
});

t.test('the form of the file', async (t) => {
  t.match(xml, /^<\?xml version="1\.0" encoding="UTF-8" standalone="yes"\?>\n/);
  t.notMatch(xml, /gone|exemplar/, 'who was revoked is not in it');
  t.match(
    permissionsOf('edgeloop').map(({ topic, activity }) => `${activity} ${topic}`),
    ['PUBLISH edgeloop/v1/#', 'SUBSCRIBE edgeloop/v1/#', /PUBLISH homeassistant/, /SUBSCRIBE/],
  );
  t.ok(
    permissionsOf('pi-1').some(
      ({ topic }) => topic === 'homeassistant/device/edgeloop_works/pi-1/config',
    ),
  );
  t.equal(xml.match(/<role>/g)?.length, 4, 'of both sites, the subscriber, the control plane');
  const open = xml.match(/<([a-z-]+)>/g)?.length;
  t.equal(open, xml.match(/<\/[a-z-]+>/g)?.length, 'every element is closed');
  t.match(credentialsFile({ accounts, owner: null, homeAssistant: null }), /<id>site yard<\/id>/);
});
