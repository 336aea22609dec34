import type { AedesOptions, Client } from 'aedes';
import type { Identity } from './access.ts';
import type { Gate } from './gate.ts';
import { GATE_RETURN_CODES } from './gate-refusal.ts';

type Hooks = Pick<
  AedesOptions,
  'preConnect' | 'authenticate' | 'authorizePublish' | 'authorizeSubscribe' | 'authorizeForward'
>;
type Authenticate = NonNullable<AedesOptions['authenticate']>;
type AuthenticateError = Exclude<Parameters<Parameters<Authenticate>[3]>[0], null>;
type PublishPacket = Parameters<NonNullable<AedesOptions['authorizePublish']>>[1];

/** Puts the gate where aedes asks. */
export function gateHooks<Who extends Identity>(gate: Gate<Who>): Hooks {
  const wills = new WeakMap<Client, PublishPacket>();
  return {
    preConnect(client, packet, done) {
      if (packet.will) wills.set(client, packet.will as PublishPacket);
      done(null, true);
    },
    authenticate(client, username, password, done) {
      const credentials = { username: username ?? null, password: password ?? null };
      void gate.admit(client, credentials, wills.get(client) ?? null).then((refusal) => {
        if (refusal) done(refused(refusal, GATE_RETURN_CODES[refusal]), null);
        else done(null, true);
      });
    },
    authorizePublish(client, packet, done) {
      // A will was judged when its client connected, and one of a broker that crashed has no client
      // any more.
      const isWill = client === null || packet === (client as { will?: unknown }).will;
      const refusal = isWill ? null : gate.publish(client, packet);
      done(refusal && new Error(refusal));
    },
    authorizeSubscribe(client, subscription, done) {
      done(null, gate.subscribe(client, subscription.topic) ? subscription : null);
    },
    authorizeForward: (client, packet) => (gate.mayReceive(client, packet.topic) ? packet : null),
  };
}

const refused = (reason: string, returnCode: number): AuthenticateError =>
  Object.assign(new Error(reason), { returnCode });
