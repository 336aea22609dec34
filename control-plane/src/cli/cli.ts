import type { Command } from 'commander';
import { ControlPlaneError } from '../errors.ts';
import type { ApiClient } from './client/api-client.ts';
import type { GlobalOptions } from './global-options.ts';
import { CLEAR_LINE } from './output/clear-line.ts';
import type { Sheet } from './output/sheet.ts';
import type { Settings } from './settings/settings.ts';
import type { Surroundings } from './surroundings.ts';

/** What every command works with: the server, the output, the person. */
export class Cli {
  readonly program: Command;
  readonly surroundings: Surroundings;
  readonly #fill: (command: Command, cli: Cli) => Promise<void>;
  #api: ApiClient | null = null;
  #interruption: string | null = null;

  constructor(
    program: Command,
    surroundings: Surroundings,
    fill: (command: Command, cli: Cli) => Promise<void>,
  ) {
    this.program = program;
    this.surroundings = surroundings;
    this.#fill = fill;
  }

  /** Gives a command its sub-commands and options, where it has not been asked for them yet. */
  fill(command: Command): Promise<void> {
    return this.#fill(command, this);
  }

  get options(): GlobalOptions {
    return this.program.opts<GlobalOptions>();
  }

  get signal(): AbortSignal {
    return this.surroundings.signal;
  }

  /** A person looks at standard output. */
  get isTerminal(): boolean {
    return this.surroundings.stdout.isTTY === true && this.options.json !== true;
  }

  /** @throws ControlPlaneError `OPTION_INVALID` */
  async settings(): Promise<Settings> {
    const { readSettings } = await import('./settings/settings.ts');
    return readSettings(this.options, this.surroundings);
  }

  /** One for all that the command asks. @throws ControlPlaneError `OPTION_INVALID` */
  async api(): Promise<ApiClient> {
    const { openApi } = await import('./client/open-api.ts');
    this.#api ??= await openApi(await this.settings(), this.signal);
    return this.#api;
  }

  /** What nobody reads to its end must not keep the process. */
  close(): void {
    this.#api?.close();
  }

  /** An answer of the API: as it is for a program, drawn for a person. */
  async print(answer: unknown, draw: (sheet: Sheet) => void): Promise<void> {
    if (this.options.json) return this.write(JSON.stringify(answer));
    const { Sheet } = await import('./output/sheet.ts');
    const { stdout, env, now } = this.surroundings;
    const wide = this.options.wide ?? false;
    const sheet = new Sheet({
      terminal: this.isTerminal ? { columns: stdout.columns || 80, colour: !env.NO_COLOR } : null,
      wide,
      now: now(),
    });
    draw(sheet);
    const text = sheet.text();
    if (text !== '') this.write(text);
  }

  /** What stands for itself: a secret, a script, a document. */
  write(text: string): void {
    this.surroundings.stdout.write(text.endsWith('\n') ? text : `${text}\n`);
  }

  /** Beside the answer: how far it is, what to do next. */
  say(text: string): void {
    this.surroundings.stderr.write(`${text}\n`);
  }

  /** What Ctrl-C ends from now on, and what goes on all the same. @param text a sentence */
  setInterruption(text: string): void {
    this.#interruption = text;
  }

  /** To a person who has pressed Ctrl-C; a program knows by the status. */
  sayInterruption(): void {
    const { stderr } = this.surroundings;
    // The terminal has written ^C.
    if (this.#interruption !== null && stderr.isTTY) {
      stderr.write(`${CLEAR_LINE}${this.#interruption}\n`);
    }
  }

  /**
   * Says what will happen, and asks.
   * @throws ControlPlaneError `DECLINED`; `OPTION_INVALID` where nobody can be asked
   */
  async confirm(consequence: string): Promise<void> {
    if (this.options.yes) return;
    const { stdin, stderr } = this.surroundings;
    if (!stdin.isTTY || !stderr.isTTY) {
      const message = `${consequence} Expected --yes where nobody can be asked, received none.`;
      throw new ControlPlaneError('OPTION_INVALID', message);
    }
    const { askPerson } = await import('./ask-person.ts');
    const answer = await askPerson(this.surroundings, `${consequence} Go on? [y/N] `, 'shown');
    if (!/^y(es)?$/i.test(answer.trim())) {
      throw new ControlPlaneError('DECLINED', 'Nothing was changed.');
    }
  }
}
