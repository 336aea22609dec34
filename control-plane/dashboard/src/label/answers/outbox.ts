import { type ReadonlySignal, signal } from '@preact/signals';
import type { LabellingView } from '../../../../src/resources/label.ts';
import type { Problem } from '../../api/problem.ts';
import {
  type Answer,
  EMPTY,
  isFull,
  type OutboxState,
  push,
  refuse,
  type Say,
  sendRefusedAgain,
  sent,
  takeBack,
  type Undo,
} from './outbox-state.ts';

interface OutboxParts {
  readonly send: (answer: Answer) => Promise<LabellingView>;
  /** Resolves after so many ms. */
  readonly wait: (millis: number) => Promise<void>;
}

type Listener = (answer: Answer, labelling: LabellingView | null, problem: Problem | null) => void;

const FIRST_WAIT = 500;
const LONGEST_WAIT = 15_000;
/** A lost answer may still be worked on: an undo is refused only after so many tries. */
const UNDO_TRIES = 3;

/**
 * Answers on their way, one at a time and in order, so that an undo meets what it was meant for. A
 * network that fails, or a control plane that has no time, is tried until it works.
 */
export class Outbox {
  readonly #parts: OutboxParts;
  readonly #state = signal<OutboxState>(EMPTY);
  readonly #trouble = signal<Problem | null>(null);
  readonly #listeners = new Set<Listener>();
  #hurry: () => void = () => {};

  constructor(parts: OutboxParts) {
    this.#parts = parts;
  }

  get state(): ReadonlySignal<OutboxState> {
    return this.#state;
  }

  /** Why the first is not through yet; null: it goes well. */
  get trouble(): ReadonlySignal<Problem | null> {
    return this.#trouble;
  }

  /** @returns false where too many wait: nothing was taken */
  say(answer: Say): boolean {
    if (isFull(this.#state.value)) return false;
    this.#change(push(this.#state.value, answer));
    return true;
  }

  undo(undo: Undo): void {
    this.#change(takeBack(this.#state.value, undo));
  }

  /** Does not wait any longer. */
  hurry(): void {
    this.#hurry();
  }

  sendRefusedAgain(): void {
    this.#change(sendRefusedAgain(this.#state.value));
  }

  dropRefused(): void {
    this.#change({ ...this.#state.value, refused: [] });
  }

  /** Hears of each answer that was taken, or refused for good. @returns what ends it */
  listen(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #change(state: OutboxState): void {
    this.#state.value = state;
    if (!state.sending && state.waiting.length > 0) void this.#sendAll();
  }

  async #sendAll(): Promise<void> {
    this.#state.value = { ...this.#state.value, sending: true };
    for (let first = this.#first(); first; first = this.#first()) await this.#sendOne(first);
    this.#state.value = { ...this.#state.value, sending: false };
  }

  #first = (): Answer | undefined => this.#state.value.waiting[0];

  async #sendOne(answer: Answer): Promise<void> {
    for (let tries = 1, wait = FIRST_WAIT; ; tries++, wait = Math.min(wait * 2, LONGEST_WAIT)) {
      try {
        const labelling = await this.#parts.send(answer);
        this.#trouble.value = null;
        this.#state.value = sent(this.#state.value);
        this.#tell(answer, labelling, null);
        return;
      } catch (error) {
        const problem = error as Problem;
        if (!isWorthAnotherTry(answer, problem, tries)) {
          this.#trouble.value = null;
          this.#state.value = refuse(this.#state.value, problem);
          this.#tell(answer, null, problem);
          return;
        }
        this.#trouble.value = problem;
        await Promise.race([
          this.#parts.wait(wait),
          new Promise<void>((resolve) => {
            this.#hurry = resolve;
          }),
        ]);
      }
    }
  }

  #tell(...told: Parameters<Listener>): void {
    for (const listener of [...this.#listeners]) listener(...told);
  }
}

/**
 * Whoever is signed out may sign in again; a conflict: the same answer is still being worked on.
 */
function isWorthAnotherTry(answer: Answer, { status }: Problem, tries: number): boolean {
  if (status === 409) return answer.kind === 'say' || tries < UNDO_TRIES;
  return status === 0 || status === 401 || status === 408 || status === 429 || status >= 500;
}
