import { mayPublish, mayReceive, maySubscribe, type TopicPrincipal } from '@edgeloop/protocol';
import type { Access, ConnectRequest, Identity, Verdict } from '../broker/access/access.ts';
import type { Account } from './account.ts';
import type { Admissions } from './admissions.ts';

/** A client of the broker. Null: one without a name, where that is allowed. */
export interface Client extends Identity {
  readonly account: Account | null;
}

type Admitting = Pick<Admissions, 'allowAnonymous' | 'authenticate' | 'find' | 'homeAssistant'>;

/** Who may connect to the broker and what they may touch, by their account as it is now. */
export function brokerAccess(admissions: Admitting): Access<Client> {
  // A connection may outlive what it was made with: what counts is the account now.
  const principal = ({ account }: Client): TopicPrincipal | null => {
    const now = account && admissions.find(account.name);
    return now && !now.revoked ? now : null;
  };
  const asAccount = (client: Client, may: (principal: TopicPrincipal) => boolean) => {
    const known = principal(client);
    return known !== null && may(known);
  };
  return {
    dollarTopics: false,
    connect: async (request) => recognize(admissions, request),
    mayPublish: (client, topic, options) =>
      client.account
        ? asAccount(client, (who) => mayPublish(who, topic, options, admissions.homeAssistant))
        : isNobodys(topic, admissions),
    maySubscribe: (client, filter) =>
      client.account
        ? asAccount(client, (who) => maySubscribe(who, filter, admissions.homeAssistant))
        : true,
    mayReceive: (client, topic) =>
      client.account
        ? asAccount(client, (who) => mayReceive(who, topic, admissions.homeAssistant))
        : true,
  };
}

function recognize(admissions: Admitting, request: ConnectRequest): Verdict<Client> {
  const { clientId, username, password, certificate } = request;
  if (username === null && certificate === null) {
    return admissions.allowAnonymous && !isDevice(admissions, clientId)
      ? { admitted: true, who: { name: '', account: null } }
      : UNKNOWN;
  }
  // A certificate stands for a password; beside one it says the same name.
  const name = username ?? certificate ?? '';
  if (certificate !== null && certificate !== name) return FORBIDDEN;
  const account =
    password === null
      ? byCertificate(admissions, certificate)
      : admissions.authenticate(name, password);
  if (!account) return UNKNOWN;
  // Devices are known to one another and to every tool by one name.
  if (account.kind === 'device' && clientId !== account.device) return FORBIDDEN;
  return { admitted: true, who: { name: account.name, account } };
}

const UNKNOWN = { admitted: false, reason: 'unknown' } as const;
const FORBIDDEN = { admitted: false, reason: 'forbidden' } as const;

function byCertificate(admissions: Admitting, certificate: string | null): Account | null {
  const account = certificate === null ? null : admissions.find(certificate);
  return account && !account.revoked ? account : null;
}

const isDevice = (admissions: Admitting, name: string) => admissions.find(name)?.kind === 'device';

/** Who has no name may say anything, but nothing as a device that has one. */
function isNobodys(topic: string, admissions: Admitting): boolean {
  const [prefix, , , device = ''] = topic.split('/');
  return prefix !== 'edgeloop' || !isDevice(admissions, device);
}
