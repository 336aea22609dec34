import { join } from 'node:path';
import { untilAny } from '@edgeloop/daemon';
import {
  type Ack,
  type Command,
  type CommandId,
  type CommandName,
  type EpochMillis,
  millis,
  timestamp,
} from '@edgeloop/protocol';
import type { Logger } from 'pino';
import { beginAnew, StateFile } from '../state/state-file.ts';
import { answer, CommandLog, EMPTY_LOG, receive, unanswered } from './command-log.ts';

/** What a command came to, beside who and when. */
export type CommandResult = Pick<Ack, 'outcome' | 'reason' | 'samples' | 'frames' | 'lines'>;

/** Does a command until the signal says that it has expired. */
export type CommandHandler = (command: Command, signal: AbortSignal) => Promise<CommandResult>;

export interface CommandRunnerOptions {
  /** The file that remembers the commands of before. */
  readonly file: Pick<StateFile<typeof CommandLog>, 'read' | 'write'>;
  readonly handlers: ReadonlyMap<string, CommandHandler>;
  /** Commands that are done when the agent has ended, and is there again. */
  readonly endsAgent?: ReadonlySet<string>;
  readonly now: () => EpochMillis;
  readonly acknowledge: (ack: Ack) => void;
  readonly log: Logger;
}

const INTERRUPTED: CommandResult = {
  outcome: 'interrupted',
  reason: 'the agent ended meanwhile',
};

/** Where an agent notes what it was asked. @param folder of its state */
export const commandFile = (folder: string): StateFile<typeof CommandLog> =>
  new StateFile(join(folder, 'commands.json'), CommandLog);

/** Does what the device is asked, each command at most once, over restarts too. */
export class CommandRunner {
  readonly #options: CommandRunnerOptions;
  readonly #closing = new AbortController();
  #log: CommandLog = EMPTY_LOG;

  constructor(options: CommandRunnerOptions) {
    this.#options = options;
  }

  /** What an earlier run was at when it ended is answered so. */
  async start(): Promise<void> {
    const { file, log } = this.#options;
    this.#log = (await file.read().catch(beginAnew(log))) ?? EMPTY_LOG;
    for (const { id, command } of unanswered(this.#log)) {
      const done = this.#options.endsAgent?.has(command);
      await this.#settle(id, command, done ? { outcome: 'done' } : INTERRUPTED);
    }
  }

  /** Commands that are being done end as interrupted at the next start. */
  close(): void {
    this.#closing.abort();
  }

  receive(name: CommandName, command: Command): void {
    const { acknowledge, now } = this.#options;
    const reception = receive(this.#log, name, command, now());
    switch (reception.kind) {
      case 'do':
        this.#log = reception.log;
        void this.#do(name, command);
        break;
      case 'repeat':
        acknowledge(reception.ack);
        break;
      case 'decline': {
        const { outcome, reason } = reception;
        acknowledge(this.#ack(command.id, name, { outcome, ...(reason && { reason }) }));
        break;
      }
      case 'wait':
        break;
    }
  }

  async #do(name: CommandName, command: Command): Promise<void> {
    const { handlers, log, now } = this.#options;
    log.info({ command: name, id: command.id }, 'command');
    const handler = handlers.get(name);
    if (!handler) {
      const reason = `expected one of ${[...handlers.keys()].join(', ')}. Is the agent too old?`;
      await this.#settle(command.id, name, { outcome: 'unknown', reason });
      return;
    }
    try {
      // Before it is done: a crash in the middle must not do it twice.
      await this.#options.file.write(this.#log);
      const left = millis(Math.max(1, Date.parse(command.expires) - now()));
      const ends = [this.#closing.signal, left];
      const result = await untilAny(ends, (signal) => handler(command, signal));
      if (!this.#closing.signal.aborted) await this.#settle(command.id, name, result);
    } catch (error) {
      await this.#settle(command.id, name, {
        outcome: 'refused',
        reason: (error as Error).message,
      });
    }
  }

  /** Written before it is told: a second delivery gets the same answer, over a kill too. */
  async #settle(id: CommandId, name: CommandName, result: CommandResult): Promise<void> {
    const { acknowledge, log } = this.#options;
    const ack = this.#ack(id, name, result);
    this.#log = answer(this.#log, ack);
    try {
      await this.#options.file.write(this.#log);
    } catch (error) {
      // Not written: it counts as interrupted after a restart, and is not done again.
      log.error({ error: (error as Error).message }, 'answer to a command not written');
    }
    acknowledge(ack);
  }

  #ack(id: CommandId, command: CommandName, result: CommandResult): Ack {
    return { id, command, ...result, at: timestamp(this.#options.now()) };
  }
}
