import type { Command } from 'commander';
import type { Registration, RegistrationChange } from '../../resources/registration.ts';
import { keyValues } from '../arguments/key-values.ts';
import type { Cli } from '../cli.ts';
import { type Column, list, when } from '../output/cell.ts';

const FIELDS: readonly Column<Registration>[] = [
  { head: 'DEVICE', cell: ({ device }) => device },
  { head: 'SITE', cell: ({ site }) => site },
  { head: 'TAGS', cell: ({ tags }) => list(tags) },
  {
    head: 'ATTRIBUTES',
    cell: ({ attributes }) =>
      list(Object.entries(attributes).map(([key, value]) => `${key}=${value}`)),
  },
  { head: 'ENROLLED', cell: ({ enrolledAt }) => when(enrolledAt) },
  { head: 'BY TOKEN', cell: ({ enrolledWith }) => enrolledWith },
  { head: 'CREDENTIAL', cell: ({ generation, credentialAt }) => `${generation}, ${credentialAt}` },
  { head: 'REVOKED', cell: ({ revokedAt }) => when(revokedAt) },
];

interface TagOptions {
  readonly add?: readonly string[];
  readonly remove?: readonly string[];
}

interface AttributeOptions {
  readonly set?: Readonly<Record<string, string>>;
  readonly remove?: readonly string[];
}

/** `registration`, `tag`, `attributes` and `move`: what a person says of a device. */
export function addRegistration(devices: Command, cli: Cli): void {
  const ofDevice = (name: string, description: string) =>
    devices.command(name).description(description).argument('<device>', 'its name');
  const print = (view: Registration) => cli.print(view, (sheet) => sheet.fields(view, FIELDS));

  ofDevice('registration', 'site, tags, attributes and credential of an enrolled device').action(
    async (device: string) => print((await read(cli, device)).view),
  );

  ofDevice('tag', 'add and remove tags')
    .option('--add <tag...>', 'which it gets')
    .option('--remove <tag...>', 'which it has no more')
    .action(async (device: string, { add = [], remove = [] }: TagOptions) => {
      const change = ({ tags }: Registration) => {
        const kept = tags.filter((tag) => !remove.includes(tag));
        return { tags: [...new Set([...kept, ...add])] };
      };
      await print(await changeRegistration(cli, device, change));
    });

  ofDevice('attributes', 'set and remove attributes')
    .option('--set <key=value...>', 'which it gets', keyValues)
    .option('--remove <key...>', 'which it has no more')
    .action(async (device: string, { set = {}, remove = [] }: AttributeOptions) => {
      const change = ({ attributes }: Registration) => {
        const kept = Object.entries(attributes).filter(([key]) => !remove.includes(key));
        return { attributes: { ...Object.fromEntries(kept), ...set } };
      };
      await print(await changeRegistration(cli, device, change));
    });

  ofDevice('move', 'to another site: its agent.yaml must say the same, then edgeloop-agent rotate')
    .requiredOption('--site <site>', 'where it is now')
    .action(async (device: string, { site }: { readonly site: string }) => {
      await cli.confirm(
        `${device} goes to site ${site}: it may publish nothing until its configuration says so, too.`,
      );
      const change = () => ({ site }) as RegistrationChange;
      await print(await changeRegistration(cli, device, change));
    });
}

async function read(cli: Cli, device: string) {
  const api = await cli.api();
  const answer = await api.ask('GET /api/devices/{device}/registration', { path: { device } });
  const view = JSON.parse(await answer.text()) as Registration;
  return { api, view, etag: answer.headers.etag };
}

/** What somebody else changed in the meantime is not overwritten: the server says 412. */
async function changeRegistration(
  cli: Cli,
  device: string,
  change: (view: Registration) => RegistrationChange,
): Promise<Registration> {
  const { api, view, etag } = await read(cli, device);
  return api.askJson<Registration>('PATCH /api/devices/{device}/registration', {
    path: { device },
    json: change(view),
    ...(etag && { headers: { 'if-match': etag } }),
  });
}
