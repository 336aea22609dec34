import type { Rung } from '../session/session-state.ts';

/** What is done where one is; all else is done on a page. */
export type Deed = 'show-keys' | 'light-theme' | 'dark-theme' | 'theme-of-the-machine' | 'log-out';

export interface Action {
  readonly name: string;
  /** By which it is found beside its name. */
  readonly words: string;
  /** Who may do it. */
  readonly role: Rung;
  /** Where it is done, or what it is. */
  readonly does: { readonly href: string } | { readonly deed: Deed };
}

const ACTIONS: readonly Action[] = [
  {
    name: 'Label pictures',
    words: 'annotate samples classes',
    role: 'labeller',
    does: { href: '/label' },
  },
  {
    name: 'Train a model',
    words: 'train now training job fit start',
    role: 'operator',
    does: { href: '/models' },
  },
  {
    name: 'Plan a rollout',
    words: 'new start deploy release update',
    role: 'operator',
    does: { href: '/rollouts/new' },
  },
  {
    name: 'Enrol a device',
    words: 'new add enroll register qr',
    role: 'operator',
    does: { href: '/setup/enrol' },
  },
  {
    name: 'Invite a person',
    words: 'new add people user role',
    role: 'admin',
    does: { href: '/setup/people' },
  },
  {
    name: 'Show the keys',
    words: 'help keyboard shortcuts ?',
    role: 'viewer',
    does: { deed: 'show-keys' },
  },
  {
    name: 'Light theme',
    words: 'switch bright colours',
    role: 'viewer',
    does: { deed: 'light-theme' },
  },
  {
    name: 'Dark theme',
    words: 'switch night colours',
    role: 'viewer',
    does: { deed: 'dark-theme' },
  },
  {
    name: 'Theme of the machine',
    words: 'switch system colours',
    role: 'viewer',
    does: { deed: 'theme-of-the-machine' },
  },
  { name: 'Log out', words: 'leave sign out logout', role: 'viewer', does: { deed: 'log-out' } },
];

/** Who looks, as far as it decides what they may do. */
interface Actor {
  readonly may: (role: Rung) => boolean;
  /** Whether they came in by a session: by a token alone there is nothing to leave. */
  readonly hasSession: boolean;
}

/** What somebody may do: the rest would be refused. */
export const actionsOf = ({ may, hasSession }: Actor): readonly Action[] =>
  ACTIONS.filter(
    ({ role, does }) => may(role) && (hasSession || !('deed' in does && does.deed === 'log-out')),
  );
