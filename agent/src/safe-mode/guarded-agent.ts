import { dirname } from 'node:path';
import { type Liveness, SerialQueue } from '@edgeloop/daemon';
import { type AgentFileReport, EdgeloopError, type EpochMillis } from '@edgeloop/protocol';
import type { Logger } from 'pino';
import type { Chosen } from '../configuration/configuration-state.ts';
import { type ConfigSource, effectiveConfig } from '../configuration/effective-config.ts';
import { withCredential } from '../enrol/with-credential.ts';
import { AgentError } from '../errors.ts';
import { loadPackages } from '../model/load-packages.ts';
import { SupervisedAgent, type SupervisedAgentOptions } from '../supervised-agent.ts';
import type { AgentFile, FileLook } from './agent-file.ts';
import { explainFailure } from './explain-failure.ts';
import { type FileMemory, readMemory, rememberGood, rememberStandIn } from './file-memory.ts';
import { readKept } from './read-kept.ts';
import { recoveryConfigs } from './recovery-configs.ts';
import { mistakeLines, reportFile } from './report-file.ts';
import { retryWait } from './retry-wait.ts';
import { SafeMode } from './safe-mode.ts';
import { salvage } from './salvage.ts';

export interface GuardedAgentOptions {
  readonly file: AgentFile;
  /** An agent.yaml that is wrong leads to safe mode; false: it ends the process. */
  readonly safeMode: boolean;
  /** Where the state is when the file does not say; null: nobody does. */
  readonly stateFolder: string | null;
  readonly surroundings: () => Omit<
    ReturnType<SupervisedAgentOptions['surroundings']>,
    'agentFile'
  >;
  /** Nothing is left to try. */
  readonly onFailed: (error: Error) => void;
  readonly now: () => EpochMillis;
  readonly log: Logger;
}

/**
 * The agent with its agent.yaml, as long as that is right. Where it is not: what was good stands in
 * for it, when the control plane has said so; else safe mode, until a right one is there. One
 * change after the other.
 */
export class GuardedAgent {
  readonly #options: GuardedAgentOptions;
  #runs: SupervisedAgent | SafeMode | null = null;
  /** The file as it was tried last. */
  #look: FileLook = { text: null, error: null };
  /** What is wrong with it; null: it runs. */
  #report: AgentFileReport | null = null;
  #memory: FileMemory | null = null;
  #standsIn = false;
  /** Why the good one does not stand in: it does not start either. */
  #standInFailure: Error | null = null;
  #tries = 0;
  #retry: NodeJS.Timeout | undefined;
  readonly #queue = new SerialQueue();
  #closing = false;

  constructor(options: GuardedAgentOptions) {
    this.#options = options;
  }

  /** @throws EdgeloopError what safe mode does not help against, or without it */
  start(): Promise<void> {
    return this.#queue.run(async () => this.#begin(await this.#options.file.look()));
  }

  liveness(): Liveness {
    return this.#runs?.liveness() ?? { working: false, status: 'Starting' };
  }

  /**
   * Looks at the file now. One that is right, and another than before, is started with; with one
   * that is wrong what runs goes on.
   */
  reload(): void {
    void this.#inTurn(async () => this.#consider(await this.#options.file.look()));
  }

  async close(): Promise<void> {
    this.#closing = true;
    clearTimeout(this.#retry);
    this.#options.file.unwatch();
    await this.#runs?.close();
    // What was about to begin sees that it need not; what had begun by then is closed as well.
    await this.#queue.idle();
    await this.#runs?.close();
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    const done = this.#queue.run(async () => {
      if (!this.#closing) await work();
    });
    return done.catch((error: Error) => {
      if (!this.#closing) this.#options.onFailed(error);
    });
  }

  /** With the file; else with the one that stands in; else in safe mode. Nothing runs before. */
  async #begin(look: FileLook): Promise<void> {
    this.#options.file.unwatch();
    clearTimeout(this.#retry);
    this.#look = look;
    const source = this.#sourceOf(look);
    const failure = source ? await this.#run(source) : (look.error as AgentError);
    if (this.#closing) return;
    if (failure === null) {
      this.#settle(source as ConfigSource);
      return;
    }
    if (!this.#options.safeMode) throw failure;
    this.#memory = await readMemory(this.#folders(look));
    this.#standsIn ||= this.#memory?.standsIn ?? false;
    this.#standInFailure = null;
    if (this.#memory && this.#standsIn) {
      this.#say(failure, false);
      this.#standInFailure = await this.#run(this.#memory.good);
      if (this.#standInFailure === null) {
        this.#watch(look);
        return;
      }
    }
    await this.#fall(failure);
  }

  /**
   * @returns why it does not start; null also where it need not any more
   * @throws what safe mode does not help against
   */
  async #run(source: ConfigSource): Promise<EdgeloopError | null> {
    const { surroundings, log, safeMode } = this.#options;
    if (this.#closing) return null;
    try {
      const agent = new SupervisedAgent({
        source,
        log,
        waitsForPort: safeMode,
        surroundings: () => ({ ...surroundings(), agentFile: () => this.#report }),
        onFailed: (error) => void this.#inTurn(() => this.#replace(agent, error)),
      });
      this.#runs = agent;
      await agent.start();
      return null;
    } catch (error) {
      this.#runs = null;
      if (!isOfTheFile(error)) throw error;
      return error;
    }
  }

  /** The agent ran, and could not be started again. */
  async #replace(agent: SupervisedAgent, error: Error): Promise<void> {
    if (this.#runs !== agent) return;
    await agent.close();
    this.#runs = null;
    if (!this.#options.safeMode || !isOfTheFile(error)) throw error;
    this.#memory = await readMemory(this.#folders(this.#look));
    await this.#fall(error);
  }

  #settle(source: ConfigSource): void {
    const { now, log } = this.#options;
    this.#report = null;
    this.#tries = 0;
    this.#standsIn = false;
    // Of no matter for what runs.
    rememberGood(effectiveConfig(source, null).state, source, now()).catch((error: Error) => {
      log.warn({ error: error.message }, 'agent.yaml not noted as good');
    });
  }

  async #fall(failure: EdgeloopError): Promise<void> {
    const { file, surroundings } = this.#options;
    this.#say(failure, true);
    const { good = null } = this.#memory ?? {};
    const kept = await readKept(this.#folders(this.#look));
    if (this.#closing) return;
    const safeMode = new SafeMode({
      configs: recoveryConfigs({ text: this.#look.text, path: file.path }, good, kept),
      file: () => this.#report as AgentFileReport,
      check: (chosen) => this.#checkGood(chosen),
      onRemedy: () => void this.#inTurn(() => this.#standIn()),
      lookedAt: () => file.lookedAt,
      surroundings: surroundings(),
    });
    this.#runs = safeMode;
    await safeMode.start();
    this.#watch(this.#look);
  }

  #watch(look: FileLook): void {
    if (this.#closing) return;
    this.#options.file.watch(look, (changed) => {
      this.#tries = 0;
      void this.#inTurn(() => this.#consider(changed));
    });
    clearTimeout(this.#retry);
    const again = () => void this.#inTurn(() => this.#consider(look));
    this.#retry = setTimeout(again, retryWait(this.#tries));
    this.#tries += 1;
  }

  /** The file may be another now, or what it names. */
  async #consider(look: FileLook): Promise<void> {
    const { log } = this.#options;
    if (this.#report === null && look.text !== null && look.text === this.#look.text) {
      log.info('agent.yaml is as it was');
      return;
    }
    const source = this.#sourceOf(look);
    const failure = source ? await findFailure(source, null) : look.error;
    const inSafeMode = this.#runs instanceof SafeMode;
    if (failure) {
      const same = look.text === this.#look.text;
      this.#look = look;
      this.#say(failure, inSafeMode);
      if (!same) log.error({ mistakes: mistakeLines(this.#report!) }, 'agent.yaml is wrong');
      if (inSafeMode || this.#standsIn) this.#watch(look);
      return;
    }
    log.info('agent.yaml is right');
    await this.#runs?.close();
    await this.#begin(look);
  }

  /** The control plane has said that the good one does. */
  async #standIn(): Promise<void> {
    const { log } = this.#options;
    if (!this.#memory || !(this.#runs instanceof SafeMode)) return;
    log.warn('the agent.yaml that ran before stands in for the one that is wrong');
    this.#standsIn = true;
    await this.#runs.close();
    const [folder] = this.#folders(this.#look);
    await rememberStandIn(folder as string, this.#memory).catch((error: Error) => {
      log.warn({ error: error.message }, 'not noted which agent.yaml runs');
    });
    await this.#begin(this.#look);
  }

  async #checkGood(chosen: Chosen): Promise<void> {
    if (!this.#memory) {
      const text = `Expected an agent.yaml that ran before, to lay the settings over it, received none. Mend ${this.#options.file.path} on the device.`;
      throw new AgentError('CONFIG_INVALID', text);
    }
    const failure = this.#standInFailure ?? (await findFailure(this.#memory.good, chosen));
    if (failure) throw failure;
  }

  #say(failure: Error, safeMode: boolean): void {
    const { file, now } = this.#options;
    const mistakes = explainFailure(failure, this.#look.text, dirname(file.path));
    const report = reportFile(file.path, mistakes, safeMode, now());
    const before = this.#report;
    const since = before && sameMistakes(before, report) ? before.since : report.since;
    this.#report = { ...report, since };
    this.#runs?.publishReported();
  }

  #sourceOf({ text }: FileLook): ConfigSource | null {
    return text === null ? null : { text, path: this.#options.file.path };
  }

  /** Where the state may be. */
  #folders({ text }: FileLook): readonly string[] {
    const { file, stateFolder } = this.#options;
    const said = text === null ? null : salvage(text, file.path);
    return [said?.state, stateFolder].flatMap((folder) => folder ?? []);
  }
}

/**
 * Another agent on the same state goes on when this one has ended, and an error without a code is a
 * defect.
 */
const isOfTheFile = (error: unknown): error is EdgeloopError =>
  error instanceof EdgeloopError && error.code !== 'STATE_IN_USE';

async function findFailure(source: ConfigSource, chosen: Chosen | null): Promise<Error | null> {
  try {
    await loadPackages(withCredential(effectiveConfig(source, chosen)));
    return null;
  } catch (error) {
    return error as Error;
  }
}

const sameMistakes = (one: AgentFileReport, other: AgentFileReport): boolean =>
  JSON.stringify([one.mistakes, one.safeMode]) === JSON.stringify([other.mistakes, other.safeMode]);
