import { type Command, Option } from 'commander';
import type { InvitedPerson, Person } from '../../resources/person.ts';
import type { Cli } from '../cli.ts';
import { type Column, state, when } from '../output/cell.ts';

const COLUMNS: readonly Column<Person>[] = [
  { head: 'NAME', cell: ({ name }) => name, keep: true },
  { head: 'ROLE', cell: ({ role }) => role },
  { head: 'STATE', cell: ({ disabledAt }) => state(disabledAt ? 'revoked' : 'active') },
  { head: 'SESSIONS', cell: ({ sessions }) => sessions, right: true },
  { head: 'SEEN', cell: ({ seenAt }) => when(seenAt) },
  { head: 'CREATED', cell: ({ createdAt }) => when(createdAt) },
];
const ROLES = ['viewer', 'labeller', 'operator', 'admin'];

/** `edgeloop people`: who may log in with a browser. */
export function addPeople(people: Command, cli: Cli): void {
  const print = (person: Person) => cli.print(person, (sheet) => sheet.table([person], COLUMNS));
  const invite = (made: InvitedPerson, server: string) =>
    cli.print(made, (sheet) =>
      sheet
        .lines(new URL(made.invitation.path, server).href)
        .note(`For ${made.person.name}, once, until ${made.invitation.expiresAt}.`),
    );
  const change = async (person: string, json: object) => {
    const api = await cli.api();
    await print(await api.askJson('PATCH /api/people/{person}', { path: { person }, json }));
  };

  people
    .command('list')
    .description('who may log in, by name; disabled ones too')
    .action(async () => {
      const api = await cli.api();
      const found = await api.askJson<{ readonly people: readonly Person[] }>('GET /api/people');
      await cli.print(found, (sheet) => sheet.table(found.people, COLUMNS, 'There is nobody yet.'));
    });

  people
    .command('create')
    .description('a new person, and a link with which they choose a password')
    .argument('<name>', 'as they log in')
    .addOption(new Option('--role <role>', 'what they may do').choices(ROLES).makeOptionMandatory())
    .action(async (name: string, { role }: { readonly role: string }) => {
      const api = await cli.api();
      const json = { name, role };
      await invite(await api.askJson<InvitedPerson>('POST /api/people', { json }), api.server);
    });

  people
    .command('invite')
    .description('another link, in place of the one before: for a password that is forgotten')
    .argument('<person>', 'the name')
    .action(async (person: string) => {
      const api = await cli.api();
      const made = await api.askJson<InvitedPerson>('POST /api/people/{person}/invitation', {
        path: { person },
      });
      await invite(made, api.server);
    });

  people
    .command('role')
    .description('another role, at once; who is logged in stays so')
    .argument('<person>', 'the name')
    .addOption(new Option('--role <role>', 'what they may do').choices(ROLES).makeOptionMandatory())
    .action((person: string, json: { readonly role: string }) => change(person, json));

  people
    .command('disable')
    .description('no access any more: sessions end, and so do tokens that act for them')
    .argument('<person>', 'the name')
    .action(async (person: string) => {
      await cli.confirm(`${person} is logged out everywhere, and may log in no more.`);
      await change(person, { disabled: true });
    });

  people
    .command('enable')
    .description('access again')
    .argument('<person>', 'the name')
    .action((person: string) => change(person, { disabled: false }));
}
