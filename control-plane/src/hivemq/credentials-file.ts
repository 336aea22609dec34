import { type HomeAssistantPrefix, parseId, type SiteId } from '@edgeloop/protocol';
import type { Account } from '../accounts/account.ts';
import { ownerRights, type TopicRight, topicRights } from '../accounts/topic-rights.ts';

export interface HivemqAccounts {
  readonly accounts: readonly Account[];
  /** The control plane's own account; null: none is written. */
  readonly owner: { readonly name: string; readonly mosquittoHash: string } | null;
  /** Below this prefix devices may tell Home Assistant what they are; null: nowhere. */
  readonly homeAssistant: HomeAssistantPrefix;
}

/**
 * What a device is called where the rules are asked, and what stands for the name of whoever has
 * authenticated.
 */
const EXEMPLAR = parseId('device', 'edgeloop-exemplar-4d1f');
// biome-ignore lint/suspicious/noTemplateCurlyInString: the extension's own form.
const WHOEVER = '${{username}}';

/**
 * Accounts and what they may in the form of HiveMQ's File RBAC extension: `credentials.xml`. A role
 * for the devices of each site, one for each subscriber; what no permission names is refused.
 * Source: the extension's README.adoc, "Credentials Configuration".
 */
export function credentialsFile({ accounts, owner, homeAssistant }: HivemqAccounts): string {
  const admitted = accounts.filter(({ revoked }) => !revoked);
  const sites = new Set(admitted.flatMap((one) => (one.kind === 'device' ? [one.site] : [])));
  const users = admitted.map((one) =>
    user(one.name, one.mosquittoHash, one.kind === 'device' ? `site ${one.site}` : one.name),
  );
  const roles = [
    ...Array.from(sites, (site) => role(`site ${site}`, rightsOfSite(site, homeAssistant))),
    ...admitted
      .filter(({ kind }) => kind === 'subscriber')
      .map((one) => role(one.name, topicRights(one, homeAssistant))),
  ];
  if (owner) {
    users.unshift(user(owner.name, owner.mosquittoHash, CONTROL_PLANE));
    roles.unshift(role(CONTROL_PLANE, ownerRights(homeAssistant)));
  }
  return `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<!-- Made by edgeloop-control-plane hivemq-files. -->
<file-rbac>
  <users>
${users.join('')}  </users>
  <roles>
${roles.join('')}  </roles>
</file-rbac>
`;
}

/** No account may be called so. */
const CONTROL_PLANE = 'control plane';

/** The topic rights of any device of a site. */
function rightsOfSite(site: SiteId, homeAssistant: HomeAssistantPrefix): TopicRight[] {
  const account = { name: EXEMPLAR, secretHash: '', mosquittoHash: '', revoked: false };
  const device = { ...account, kind: 'device' as const, site, device: EXEMPLAR };
  return topicRights(device, homeAssistant).map(({ filter, ...may }) => ({
    ...may,
    filter: filter.replaceAll(EXEMPLAR, WHOEVER),
  }));
}

const user = (name: string, hash: string, of: string) => `    <user>
      <name>${asText(name)}</name>
      <password>${hivemqHash(hash)}</password>
      <roles><id>${asText(of)}</id></roles>
    </user>
`;

const role = (id: string, rights: readonly TopicRight[]) => `    <role>
      <id>${asText(id)}</id>
      <permissions>
${rights.map(permissions).join('')}      </permissions>
    </role>
`;

const permissions = ({ filter, reads, writes, retains }: TopicRight): string => {
  const topic = `<topic>${asText(filter)}</topic>`;
  const kept = retains ? '' : '<retain>NOT_RETAINED</retain>';
  const one = (rest: string) => `        <permission>${topic}${rest}</permission>\n`;
  return [
    writes ? one(`<activity>PUBLISH</activity>${kept}`) : '',
    // Of a shared subscription others get some of what one asked for.
    reads
      ? one('<activity>SUBSCRIBE</activity><shared-subscription>NOT_SHARED</shared-subscription>')
      : '',
  ].join('');
};

/**
 * Both are PBKDF2 with SHA-512 and 64 bytes: `$7$<iterations>$<salt>$<hash>` there,
 * `<salt>:<iterations>:<hash>` here.
 */
export function hivemqHash(mosquittoHash: string): string {
  const [, , iterations, salt, hash] = mosquittoHash.split('$');
  return `${salt}:${iterations}:${hash}`;
}

const asText = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
