import { setTimeout as delay } from 'node:timers/promises';
import { SerialQueue } from '@edgeloop/daemon';
import { type Backoff, doubledDelay, type Millis, millis } from '@edgeloop/protocol';
import type { Frame, FrameSink } from '../camera/frame.ts';
import { NewestFrame } from '../camera/newest-frame.ts';
import { begunIn } from '../decide/begun-in.ts';
import { nothingOpen, type SceneState } from '../decide/decision.ts';
import { leader } from '../decide/leader.ts';
import { countInference } from '../health/counters.ts';
import type { CameraProgress } from '../health/problems.ts';
import type { Classification, ModelSlot } from '../model/model-slot.ts';
import type { CameraPipelineOptions } from './camera-pipeline-options.ts';
import { DecisionOutlets, modelOf } from './decision-outlets.ts';
import { FramePreparer, type Prepared } from './frame-preparer.ts';
import { type Serving, servingOf } from './serving.ts';
import { SilenceWatch } from './silence-watch.ts';
import { StateTeller } from './state-teller.ts';

/** Between attempts that fail in a row. */
const RETRY: Backoff = { base: millis(100), cap: millis(6_400) };

/**
 * One camera from its frames to the outbox: frame → crop → scores → decision → outbox, state and
 * pictures (`#prepare`, `#look`, `#decide`). What fails is counted, and the next frame goes on.
 */
export class CameraPipeline {
  readonly #options: CameraPipelineOptions;
  readonly #newest = new NewestFrame();
  readonly #preparer: FramePreparer;
  readonly #teller: StateTeller;
  readonly #outlets: DecisionOutlets;
  readonly #silence: SilenceWatch;
  readonly #stopping = new AbortController();
  #serving: Serving;
  /** A frame, or the change to another model: one after the other. */
  readonly #queue = new SerialQueue();
  /**
   * The decision on the frame that was classified last: in the order of the frames, and by the
   * model that saw it.
   */
  #deciding: Promise<void> = Promise.resolve();
  #done: Promise<void> = Promise.resolve();
  /** Frames that were taken and not seen yet: one that the model looks at, and the next. */
  #inHand = 0;
  #finished = false;
  #resting = false;
  #progressAt: Millis = millis(0);
  #waitingSince: Millis | null = null;
  #failures = 0;

  constructor(options: CameraPipelineOptions) {
    this.#options = options;
    this.#preparer = new FramePreparer(options);
    this.#teller = new StateTeller(options);
    this.#outlets = new DecisionOutlets(options);
    this.#serving = servingOf(options, options.slot);
    const endOpen = () => void this.#queue.run(() => this.#endAfterSilence());
    this.#silence = new SilenceWatch(options.silence, endOpen);
  }

  get progress(): CameraProgress {
    const { id, patience, counters } = this.#options;
    return {
      id,
      patience,
      finished: this.#finished,
      progressAt: this.#progressAt,
      waitingSince: this.#waitingSince,
      frozen: counters.fault?.kind === 'frozen',
      resting: this.#resting,
    };
  }

  start(): void {
    const { clock, decide } = this.#options;
    this.#progressAt = clock.monotonic();
    // Of an agent that was killed a broker may keep one that is not open any more.
    if (decide.mode === 'occurrence') this.#tell(nothingOpen(clock.now()));
    this.#teller.forget();
    this.#silence.end();
    this.#done = this.#run();
  }

  /** The camera is off, or on again: what is open ends, and nobody expects anything of it. */
  rest(resting: boolean): void {
    this.#resting = resting;
    this.#options.counters.resting = resting;
    this.#progressed();
    if (resting) void this.#queue.run(() => this.#end());
  }

  /**
   * From the next frame on another model decides; what is open ends with the one before. Resolves
   * when that is idle.
   */
  async use(slot: ModelSlot): Promise<void> {
    await this.#queue.run(async () => {
      const scene = await this.#endOpen();
      // A label of single frames stands until the next frame: it comes as soon as with one model.
      if (this.#options.decide.mode === 'occurrence') this.#tell(scene);
      this.#serving = servingOf(this.#options, slot);
      this.#teller.forget();
    });
  }

  /** Stops the source, lets the frame in hand end, and ends what is open. */
  async close(): Promise<void> {
    this.#stopping.abort();
    this.#newest.close();
    await this.#done;
  }

  async #run(): Promise<void> {
    const { source, log } = this.#options;
    const handling = this.#handleNewest();
    await source.run(this.#sink(), this.#stopping.signal);
    this.#newest.close();
    await handling;
    this.#silence.close();
    await this.#queue.run(() => this.#end());
    this.#finished = !this.#stopping.signal.aborted;
    if (this.#finished) log.info({ counters: this.#options.counters }, 'source finished');
  }

  /** A frame may have come before its turn. */
  async #endAfterSilence(): Promise<void> {
    await this.#deciding;
    if (this.#silence.lasts && this.#serving.decider.isOpen) await this.#end();
  }

  async #end(): Promise<void> {
    this.#tell(await this.#endOpen());
  }

  async #endOpen(): Promise<SceneState> {
    await this.#deciding;
    const { slot, decider } = this.#serving;
    const { events, scene } = decider.close(this.#options.clock.now());
    await this.#outlets.commit(slot, events);
    return scene;
  }

  #sink(): FrameSink {
    const { counters, pace, clock } = this.#options;
    return {
      frame: async (frame) => {
        counters.captured += 1;
        this.#waitingSince ??= clock.monotonic();
        if (pace === 'every') await this.#queue.run(() => this.#handle(frame));
        else if (this.#newest.offer(frame)) counters.skipped += 1;
      },
      unreadable: (name, error) => {
        counters.captured += 1;
        this.#preparer.miss(name, error as Error);
      },
    };
  }

  /**
   * While the model looks at a frame, the next is decoded and sent to it: otherwise the model would
   * wait for that each time.
   */
  async #handleNewest(): Promise<void> {
    let looking: Promise<void> = Promise.resolve();
    for (;;) {
      const frame = await this.#newest.take();
      if (!frame) break;
      this.#inHand += 1;
      const due = this.#options.clock.monotonic() + this.#options.interval();
      const prepared = await this.#prepare(frame);
      const before = looking;
      const asked = this.#askAhead(prepared);
      looking = this.#queue
        .run(() => this.#look(frame, prepared, asked))
        .finally(() => {
          this.#inHand -= 1;
        });
      await before;
      await this.#waitUntil(due);
    }
    await looking;
  }

  /**
   * Asks the model for a frame before its turn, unless the model fails: then the frame before is
   * waited for.
   */
  #askAhead(prepared: Prepared | null): Promise<Classification> | null {
    if (!prepared || this.#resting || this.#failures > 0) return null;
    const { slot } = this.#serving;
    if (prepared.slot !== slot) return null;
    const asked = slot.classify(prepared.crop);
    // Whose turn it is looks at it, or another model decides by then.
    asked.catch(() => {});
    return asked;
  }

  /** Waits until `due`, in ms of the monotonic clock: of the frames meanwhile the newest stays. */
  async #waitUntil(due: number): Promise<void> {
    const left = due - this.#options.clock.monotonic();
    if (left <= 0) return;
    await delay(left, undefined, { signal: this.#stopping.signal }).catch(() => {});
  }

  /** Takes one frame through the whole pipeline, where every frame counts. */
  async #handle(frame: Frame): Promise<void> {
    await this.#look(frame, await this.#prepare(frame));
    await this.#deciding;
  }

  /**
   * Resolves when the model has classified the frame.
   * @param asked The classification, where the model was asked ahead.
   */
  async #look(
    frame: Frame,
    prepared: Prepared | null,
    asked: Promise<Classification> | null = null,
  ): Promise<void> {
    if (!prepared || this.#resting) return;
    const { slot } = this.#serving;
    const seen = await this.#preparer.prepareFor(slot, prepared);
    if (!seen) return;
    const classification = await this.#infer(
      (seen === prepared && asked) || slot.classify(seen.crop),
    );
    if (!classification) return;
    const behind = this.#behind;
    await this.#deciding;
    this.#deciding = this.#decide(frame, seen, classification, behind);
    // Whoever waits for it is told: the next frame, or the end.
    this.#deciding.catch(() => {});
  }

  async #decide(
    frame: Frame,
    seen: Prepared,
    classification: Classification,
    behind: boolean,
  ): Promise<void> {
    const { scores } = classification;
    const { slot, decider } = this.#serving;
    const { events, scene } = decider.frame({ ...frame, scores });
    this.#silence.end();
    const committed = this.#outlets.commit(slot, events);
    this.#tell(scene);
    this.#outlets.show(slot, seen, classification, behind);
    this.#options.picture(this.#options.id, seen, begunIn(events));
    if (this.#options.pace === 'every') await committed;
  }

  async #prepare(frame: Frame): Promise<Prepared | null> {
    if (this.#resting) return null;
    const prepared = await this.#preparer.prepare(frame, this.#serving.slot);
    // Of a model that fails neither says anything.
    if (prepared === 'still' && this.#failures === 0) this.#progressed();
    // Nothing waits for the model, nor is there progress.
    if (prepared === null && this.#failures === 0) this.#waitingSince = null;
    return prepared === 'still' ? null : prepared;
  }

  async #infer(asked: Promise<Classification>): Promise<Classification | null> {
    const { counters, log } = this.#options;
    const { slot, counters: modelCounters } = this.#serving;
    try {
      const classification = await asked;
      const { scores, inferenceMillis } = classification;
      const best = leader(scores);
      const label = slot.loaded.classes[best] as string;
      countInference(modelCounters, inferenceMillis, label, scores[best] as number);
      counters.classified += 1;
      this.#progressed();
      this.#failures = 0;
      return classification;
    } catch (error) {
      if (this.#stopping.signal.aborted) return null;
      counters.failed += 1;
      const wait = doubledDelay(RETRY, this.#failures);
      this.#failures += 1;
      log.error({ error: (error as Error).message, wait }, 'inference failed');
      const { signal } = this.#stopping;
      await delay(wait, undefined, { signal }).catch(() => {});
      return null;
    }
  }

  get #behind(): boolean {
    return this.#inHand > 1 || this.#newest.waits;
  }

  #progressed(): void {
    this.#progressAt = this.#options.clock.monotonic();
    this.#waitingSince = null;
  }

  #tell(scene: SceneState): void {
    this.#teller.tell(scene, modelOf(this.#serving.slot));
  }
}
