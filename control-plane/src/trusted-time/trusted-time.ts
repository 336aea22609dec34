import { type EpochMillis, epochMillis, type Millis, millis, timestamp } from '@edgeloop/protocol';
import type { Logger } from 'pino';
import { ControlPlaneError } from '../errors.ts';
import { PeriodicTask } from '../periodic-task/periodic-task.ts';
import type { ClockView } from '../resources/clock.ts';
import type { BoundedTime } from './bounded-time.ts';
import { doubtInWords } from './doubt-in-words.ts';
import { type JudgedTime, judgeTime, type TimeNote, type TimeReading } from './judge-time.ts';
import type { MachineClock } from './machine-clock.ts';
import type { TrustedTimeStore } from './trusted-time-store.ts';

export interface TrustedTimeOptions {
  readonly store: TrustedTimeStore;
  /** The wall clock. */
  readonly now: () => EpochMillis;
  readonly machine: MachineClock;
  /** How much of what the wall clock alone says is believed; looked at each time. */
  readonly limit: () => Millis;
  readonly every: Millis;
  readonly log: Logger;
  /** The clock can no longer be believed, or can again. */
  readonly onChange: (view: ClockView) => void;
}

/** Two clocks of people that say the same, with the way between them. */
const AGREE: Millis = millis(5 * 60_000);

/**
 * The time by which what is kept grows old. Nothing may be removed because somebody set a clock:
 * the machine's uptime counts, and the wall clock only for what passed while it was off, within a
 * limit. Beyond that it is in doubt until it says something else, or a person confirms it.
 */
export class TrustedTime implements BoundedTime {
  readonly #options: TrustedTimeOptions;
  readonly #task: PeriodicTask;
  #judged: JudgedTime | null = null;

  constructor(options: TrustedTimeOptions) {
    this.#options = options;
    this.#task = new PeriodicTask({
      every: options.every,
      run: () => this.#look(),
      onFailure: ({ message }) => options.log.warn({ error: message }, 'the time is noted later'),
    });
  }

  /** Before anything is removed, or received. */
  async start(): Promise<void> {
    await this.#look();
    this.#task.start();
  }

  close(): Promise<void> {
    return this.#task.close();
  }

  /**
   * So far time has surely come, which no setting of the clock moves. For what is measured and not
   * shown.
   */
  sure(): EpochMillis {
    const { at, uptime } = this.#started().note;
    // What the clock says counts only once it is noted.
    return epochMillis(at + this.#options.machine.uptime() - uptime);
  }

  earliest(): EpochMillis {
    return epochMillis(Math.min(this.sure(), this.#options.now()));
  }

  latest(): EpochMillis {
    return epochMillis(Math.max(this.sure(), this.#options.now()));
  }

  /** For `/healthz`; null: the clock is believed. */
  get problem(): string | null {
    const { isDoubtful, ahead } = this.#now();
    return isDoubtful ? doubtInWords(this.#options.now(), ahead) : null;
  }

  /** Seconds that the clock is ahead of what has surely passed; negative: behind. */
  get aheadSeconds(): number {
    return this.#now().ahead / 1000;
  }

  view(): ClockView {
    const { isDoubtful, ahead } = this.#now();
    const now = this.#options.now();
    const doubt = isDoubtful ? doubtInWords(now, ahead) : null;
    const [says, sure] = [timestamp(now), timestamp(this.sure())];
    return { says, sure, aheadSeconds: Math.round(ahead / 1000), doubt };
  }

  /**
   * A person says that the clock is right: what it says has passed counts.
   * @param asked what that person's own clock says
   * @throws ControlPlaneError `CONFLICT` where the two differ
   */
  async confirm(asked: EpochMillis): Promise<ClockView> {
    const { store, log } = this.#options;
    const judged = this.#begun();
    const { at } = judged.note;
    if (Math.abs(at - asked) > AGREE) {
      const message = `Expected a clock that agrees with yours to ${AGREE / 60_000} min, received ${timestamp(at)} from the server and ${timestamp(asked)} from you. Set the one that is wrong.`;
      throw new ControlPlaneError('CONFLICT', message);
    }
    log.info({ at: timestamp(at) }, 'the clock was confirmed');
    this.#see(judged);
    await store.save(judged.note);
    return this.view();
  }

  async #look(): Promise<void> {
    const { store } = this.#options;
    if (this.#judged === null) this.#see(await this.#first());
    // A machine that is new sets its clock when it finds a server: there is nothing to lose yet.
    const isEmpty = this.#now().isDoubtful && (await store.newestReceived()) === null;
    // As it is now: a person may have confirmed it in between.
    const judged = isEmpty ? this.#begun() : this.#now();
    this.#see(judged);
    await store.save(judged.note);
  }

  async #first(): Promise<JudgedTime> {
    const { store, limit } = this.#options;
    const noted = await store.read();
    if (noted) return judgeTime(noted, this.#read(), limit());
    const { note } = this.#begun();
    // Nothing of a database from before is newer than what came last; what is stamped later than
    // now was so by a clock that was ahead.
    const newest = (await store.newestReceived()) ?? note.at;
    const at = epochMillis(Math.min(note.at, newest));
    return judgeTime({ ...note, at }, this.#read(), limit());
  }

  /** The time to begin with, judged by the clock alone. */
  #begun(): JudgedTime {
    const { wall: at, boot, uptime } = this.#read();
    return { note: { at, boot, uptime, credited: millis(0) }, ahead: 0, isDoubtful: false };
  }

  #see(judged: JudgedTime): void {
    const { log, onChange } = this.#options;
    const before = this.#judged?.isDoubtful ?? false;
    this.#judged = judged;
    if (judged.isDoubtful === before) return;
    const view = this.view();
    const { says, sure } = view;
    if (view.doubt) log.error({ says, sure }, view.doubt);
    else log.warn({ says, sure }, 'the clock is believed again');
    onChange(view);
  }

  #read(): TimeReading {
    const { now, machine } = this.#options;
    return { wall: now(), boot: machine.boot, uptime: machine.uptime() };
  }

  #now(): JudgedTime {
    return judgeTime(this.#started().note, this.#read(), this.#options.limit());
  }

  #started(): JudgedTime & { readonly note: TimeNote } {
    if (this.#judged) return this.#judged;
    throw new ControlPlaneError('DATA_UNUSABLE', 'Expected start() before the time is asked for.');
  }
}
