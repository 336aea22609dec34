import { ERRORS } from '../errors.ts';

/** Ended by Ctrl-C or SIGTERM, as shells have it. */
export const INTERRUPTED = 130;

/** As a shell says that a program ended because nobody reads what it writes. */
export const NOBODY_READS = 141;

/** What `edgeloop` ends with. Stable: scripts match on them. */
export const EXIT_STATUSES: readonly { readonly status: number; readonly meaning: string }[] = [
  { status: 0, meaning: 'Done; a job or rollout that was watched went well' },
  { status: 1, meaning: 'A defect of edgeloop: please report it with what it printed' },
  {
    status: ERRORS.OPTION_INVALID.exit,
    meaning: 'A command, option, argument or setting is wrong',
  },
  {
    status: ERRORS.STORE_FAILED.exit,
    meaning: 'The store of the server failed: is its disk full, or its database away?',
  },
  { status: ERRORS.REQUEST_INVALID.exit, meaning: 'The server finds the request wrong' },
  { status: ERRORS.NOT_FOUND.exit, meaning: 'What was named is not there' },
  {
    status: ERRORS.REQUEST_REFUSED.exit,
    meaning: 'The server refused for another reason: it says which',
  },
  {
    status: ERRORS.UNAUTHENTICATED.exit,
    meaning: 'No token, or one that is unknown, expired or revoked',
  },
  { status: ERRORS.FORBIDDEN.exit, meaning: "The token's role may not do that" },
  {
    status: ERRORS.CONFLICT.exit,
    meaning: 'In conflict with what is there, or changed in the meantime',
  },
  {
    status: ERRORS.SERVER_UNREACHABLE.exit,
    meaning: 'The server does not answer, or can not at the moment: try again',
  },
  { status: ERRORS.DECLINED.exit, meaning: 'The question was answered with no' },
  {
    status: ERRORS.ENDED_BADLY.exit,
    meaning:
      'A job, a rollout or a command to a device failed, was cancelled, aborted or rolled back',
  },
  {
    status: ERRORS.WAITS_FOR_PERSON.exit,
    meaning: 'A rollout that was watched waits for a person: paused, to be approved or started',
  },
  { status: ERRORS.UNWELL.exit, meaning: 'edgeloop doctor found a problem' },
  {
    status: ERRORS.DATA_DAMAGED.exit,
    meaning: 'The database of the server is damaged, or its disk can not be read',
  },
  { status: INTERRUPTED, meaning: 'Ended by Ctrl-C or SIGTERM' },
  {
    status: NOBODY_READS,
    meaning: 'Nobody reads its output any more: what it is piped into has ended',
  },
];

/** Of what needs no server: their codes stand in the message. */
export const OTHER_STATUSES = [
  '10–18: a model package is damaged or none',
  '60–62, 108: a data folder can not be used (backup, restore, ingest)',
  '110–118: a key, a signature or a root is wrong',
] as const;
