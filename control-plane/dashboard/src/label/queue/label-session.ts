import { type ReadonlySignal, signal } from '@preact/signals';
import type { LabellingView, NewLabel, QueuePage } from '../../../../src/resources/label.ts';
import type { SampleView } from '../../../../src/resources/sample.ts';
import { api } from '../../api/client.ts';
import { type LiveEvent, listen } from '../../api/live.ts';
import { path } from '../../api/path.ts';
import { Problem } from '../../api/problem.ts';
import { session } from '../../session/session-state.ts';
import { toast } from '../../ui/toasts.tsx';
import { answers, newKey } from '../answers/answers.ts';
import type { Answer } from '../answers/outbox-state.ts';
import {
  answer,
  askAgain,
  drop,
  EMPTY_QUEUE,
  type LabelQueue,
  needsMore,
  putFirst,
  TAKE,
  take,
  undo,
} from './label-queue.ts';

/**
 * Before it is asked for more again, in ms: where something may have come, and where nothing waits.
 */
const SOON = 1_000;
const LATER = 15_000;

/**
 * The labelling session of one person at one task: pictures come before one needs them, answers go
 * on their way while the next is seen.
 */
export class LabelSession {
  readonly task: string;
  readonly #queue = signal<LabelQueue>(EMPTY_QUEUE);
  readonly #problem = signal<Problem | null>(null);
  readonly #ends: (() => void)[] = [];
  #taking = false;
  #closed = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(task: string) {
    this.task = task;
  }

  get queue(): ReadonlySignal<LabelQueue> {
    return this.#queue;
  }

  /** Why no more pictures came. */
  get problem(): ReadonlySignal<Problem | null> {
    return this.#problem;
  }

  start(): void {
    this.#ends.push(
      answers.listen((...told) => this.#hear(...told)),
      listen(
        ['sample.stored', 'label.changed'],
        (event) => event.subject.task === this.task && this.#hasChanged(event),
        () => {
          this.#mayHaveMore();
          void this.#fill();
        },
      ),
    );
    void this.#fill();
  }

  /** Others may have what was not answered. */
  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    for (const end of this.#ends) end();
    void api.delete(path`/api/tasks/${this.task}/queue`).catch(() => {});
  }

  /** @returns whether it was taken: there is a picture, and not too much is on its way */
  answer(said: NewLabel): boolean {
    const [sample] = this.#queue.value.upcoming;
    if (!sample) return false;
    const { task } = this;
    if (!answers.say({ kind: 'say', key: newKey(), task, sha256: sample.sha256, said })) {
      toast('Too many answers wait for the control plane. Go on when it takes them again.', {
        bad: true,
      });
      return false;
    }
    this.#queue.value = answer(this.#queue.value, said);
    void this.#fill();
    return true;
  }

  undo(): void {
    const last = this.#queue.value.done.at(-1);
    const sha256 = last?.sample.sha256 ?? null;
    answers.undo({ kind: 'undo', key: newKey(), task: this.task, sha256 });
    if (last) this.#queue.value = undo(this.#queue.value);
  }

  retry(): void {
    this.#queue.value = askAgain(this.#queue.value);
    void this.#fill();
  }

  async #fill(): Promise<void> {
    if (this.#taking || this.#closed || !needsMore(this.#queue.value, Date.now())) return;
    this.#taking = true;
    try {
      const asked = path`/api/tasks/${this.task}/queue`;
      const { samples } = await api.post<QueuePage>(asked, { limit: TAKE });
      const before = new Set(this.#queue.value.upcoming);
      this.#queue.value = take(this.#queue.value, samples, Date.now());
      this.#problem.value = null;
      if (this.#queue.value.upcoming.every((sample) => before.has(sample)))
        this.#soon(this.#queue.value.dry ? LATER : SOON);
    } catch (error) {
      const problem = error as Problem;
      this.#problem.value = problem;
      // What is refused is refused again.
      const mayPass = problem.status === 0 || problem.status === 429 || problem.status >= 500;
      if (mayPass) this.#soon(SOON);
    } finally {
      this.#taking = false;
    }
  }

  #hasChanged({ kind, subject, data }: LiveEvent): void {
    // One's own answers are known; what was taken back must stay.
    const isOthers = kind === 'label.changed' && data.by !== session.value?.who;
    const waits = isOthers && ['unlabelled', 'disputed'].includes(data.label.state);
    if (isOthers && !waits && subject.sha256) {
      this.#queue.value = drop(this.#queue.value, subject.sha256);
    }
    this.#mayHaveMore();
  }

  /** One may be waiting for it. */
  #mayHaveMore(): void {
    if (this.#queue.value.upcoming.length > 0) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#soon(SOON);
  }

  /** Not at once: what fills the queue comes in bursts. */
  #soon(after: number): void {
    if (this.#closed || this.#timer !== undefined) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.retry();
    }, after);
  }

  #hear(said: Answer, labelling: LabellingView | null, problem: Problem | null): void {
    if (said.task !== this.task) return;
    if (said.kind === 'undo' && problem) toast(problem.message, { bad: true });
    if (said.kind === 'undo' && labelling && labelling.sha256 !== said.sha256) {
      void this.#bringBack(labelling.sha256);
    }
  }

  /** Taken back before this page was open, or in another window. */
  async #bringBack(sha256: string): Promise<void> {
    try {
      const sample = await api.get<SampleView>(path`/api/tasks/${this.task}/samples/${sha256}`);
      this.#queue.value = putFirst(this.#queue.value, sample);
      toast('Taken back: what you said last, before this page was open.');
    } catch (error) {
      toast(error instanceof Problem ? error.message : String(error), { bad: true });
    }
  }
}
