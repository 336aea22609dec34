import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import type { AccessChanges } from '../../access/access-changes.ts';
import type { PersonStore } from '../../access/people/person-store.ts';
import { nameOf, type Principal } from '../../access/roles.ts';
import type { LoginCodeStore } from '../../access/sessions/login-code-store.ts';
import { invitationPath } from '../../access/sessions/login-path.ts';
import { ControlPlaneError } from '../../errors.ts';
import {
  InvitedPerson,
  NewPerson,
  Person,
  PersonChange,
  PersonList,
  PersonName,
} from '../../resources/person.ts';
import { PROBLEMS } from '../problem.ts';

export interface PeopleParts {
  readonly people: PersonStore;
  readonly codes: LoginCodeStore;
  readonly changes: AccessChanges;
}

const OfPerson = Type.Object({ person: PersonName });
type OfPerson = { Params: { person: string } };

/** Who may log in. An admin never learns a password: an invitation lets its owner choose it. */
export function addPeopleRoutes(
  app: FastifyInstance,
  { people, codes, changes }: PeopleParts,
): void {
  const invite = async (person: Person): Promise<InvitedPerson> => {
    const holder = { person: person.name, tokenId: null };
    const { secret, expiresAt } = await codes.create('invitation', holder);
    return { person, invitation: { secret, expiresAt, path: invitationPath(secret) } };
  };

  app.get(
    '/api/people',
    {
      config: { role: 'admin' },
      schema: {
        operationId: 'listPeople',
        summary: 'Who may log in, by name; disabled ones too',
        tags: ['access'],
        response: { 200: PersonList, ...PROBLEMS },
      },
    },
    async () => ({ people: await people.list() }),
  );

  app.post<{ Body: NewPerson }>(
    '/api/people',
    {
      config: { role: 'admin' },
      schema: {
        operationId: 'createPerson',
        summary:
          'A new person, and an invitation that lets them choose a password within three days',
        tags: ['access'],
        body: NewPerson,
        response: { 201: InvitedPerson, ...PROBLEMS },
      },
    },
    async ({ body, principal }, reply) =>
      reply.code(201).send(await invite(await people.create(body, nameOf(principal)))),
  );

  app.post<OfPerson>(
    '/api/people/:person/invitation',
    {
      config: { role: 'admin' },
      schema: {
        operationId: 'invitePerson',
        summary:
          'Another invitation, in place of the one before; the password counts until it is taken',
        tags: ['access'],
        params: OfPerson,
        response: { 201: InvitedPerson, ...PROBLEMS },
      },
    },
    async ({ params }, reply) => {
      const person = await people.find(params.person);
      if (person.disabledAt === null) return reply.code(201).send(await invite(person));
      const message = `Expected a person who may log in, received ${person.name}, who is disabled.`;
      throw new ControlPlaneError('CONFLICT', message);
    },
  );

  app.patch<OfPerson & { Body: PersonChange }>(
    '/api/people/:person',
    {
      config: { role: 'admin' },
      schema: {
        operationId: 'changePerson',
        summary:
          'Another role, or no access any more: sessions end, and tokens that act for the person are worth nothing',
        tags: ['access'],
        params: OfPerson,
        body: PersonChange,
        response: { 200: Person, ...PROBLEMS },
      },
    },
    async ({ params: { person }, body, principal }) => {
      refuseSelf(principal, person);
      const changed = await people.change(person, body);
      changes.tell();
      return changed;
    },
  );
}

/** So there is always somebody left who gives access: the one who asks. */
function refuseSelf(principal: Principal, person: string): void {
  if (principal.kind !== 'person' || principal.name !== person) return;
  const message = `Expected somebody other than ${person} to change what ${person} may. Ask another admin.`;
  throw new ControlPlaneError('CONFLICT', message);
}
