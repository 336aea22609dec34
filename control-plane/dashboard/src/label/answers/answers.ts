import { effect } from '@preact/signals';
import type { LabellingView } from '../../../../src/resources/label.ts';
import { api } from '../../api/client.ts';
import { path } from '../../api/path.ts';
import { Problem } from '../../api/problem.ts';
import { session } from '../../session/session-state.ts';
import { Outbox } from './outbox.ts';
import type { Answer } from './outbox-state.ts';

/** After so long without an answer, in ms, it is asked again. */
const PATIENCE = 15_000;

/** Of the whole dashboard: what was said goes on its way also when one leaves the page. */
export const answers = new Outbox({
  send: async (answer) => {
    requireSpeaker(answer.key);
    const asked = { idempotencyKey: answer.key, signal: AbortSignal.timeout(PATIENCE) };
    return api.post<LabellingView>(address(answer), bodyOf(answer), asked);
  },
  wait: (millis) => new Promise((resolve) => setTimeout(resolve, millis)),
});

addEventListener('online', () => answers.hurry());

const warn = (event: BeforeUnloadEvent) => event.preventDefault();
effect(() => {
  const { waiting, refused } = answers.state.value;
  // A listener that is there for nothing would keep the page out of the browser's quick way back.
  if (waiting.length + refused.length > 0) addEventListener('beforeunload', warn);
  else removeEventListener('beforeunload', warn);
});

/** Who said what waits, by its key. */
const saidBy = new Map<string, string | undefined>();

/** Without crypto.randomUUID, which a browser gives over HTTPS alone. */
export function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const key = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  saidBy.set(key, session.value?.who);
  return key;
}

/**
 * What one has said is not sent as another who has logged in meanwhile.
 * @throws Problem, for good
 */
function requireSpeaker(key: string): void {
  const [said, now] = [saidBy.get(key), session.value?.who];
  if (said === undefined || now === undefined || said === now) return;
  throw new Problem(
    403,
    'SAID_BY_ANOTHER',
    `${said} said this, and ${now} is logged in. Log in as ${said} to send it, or drop it.`,
  );
}

const address = (answer: Answer): string =>
  answer.kind === 'say'
    ? path`/api/tasks/${answer.task}/samples/${answer.sha256}/labels`
    : path`/api/tasks/${answer.task}/labels/undo`;

const bodyOf = (answer: Answer) => (answer.kind === 'say' ? answer.said : undefined);
