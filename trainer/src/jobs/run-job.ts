import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type JobOffer,
  type JobOutcome,
  type Millis,
  ProtocolError,
  type Sha256,
} from '@edgeloop/protocol';
import { PICTURE_MEMORY } from '../dataset/fitted-pictures.ts';
import type { FrozenDataset } from '../dataset/frozen-dataset.ts';
import { completeRecipe, type Recipe } from '../fit/recipe.ts';
import type { TrainerMetrics } from '../metrics/trainer-metrics.ts';
import { RUN_FILES } from '../report/write-report.ts';
import { fetchedWeights, type WeightsFile } from '../weights/weights-file.ts';
import { currentChampion, isGone, withChampionOfNow } from './champion-of-now.ts';
import { predictAsChampion } from './champion-predictions.ts';
import { CheckpointUploads } from './checkpoint-uploads.ts';
import type { ControlPlaneClient } from './control-plane-client.ts';
import { failureOf } from './failure-of.ts';
import { fetchDataset } from './fetch-dataset.ts';
import { fitInProcess } from './fit-in-process.ts';
import type { LeaseKeeper } from './lease-keeper.ts';
import { fetchManifest, fetchVariant, uploadPackage } from './packages.ts';
import type { PictureCache } from './picture-cache.ts';
import type { RetryOptions } from './retrying.ts';
import { jobUploads } from './upload-file.ts';
import { uploadReport } from './upload-report.ts';

export interface JobSurroundings {
  readonly client: ControlPlaneClient;
  readonly cache: PictureCache;
  readonly metrics: Pick<TrainerMetrics, 'begin' | 'event'>;
  readonly version: string;
  readonly machine: Pick<Recipe, 'provider' | 'threads'>;
  readonly weightsFolder: string;
  readonly kernelFolder: string;
  readonly checkpointSeconds: number;
  /** Between uploads of checkpoints. */
  readonly uploadPause: Millis;
  /** From 0 to 1. */
  readonly random: () => number;
}

type Finished = Pick<Extract<JobOutcome, { kind: 'succeeded' }>, 'package' | 'champion'>;

/** For the checkpoint of a job that ends early. */
const LAST_UPLOAD = 60_000;

/** One job on this machine: each step needs those before it. */
export class JobRun {
  readonly #offer: JobOffer;
  readonly #keeper: LeaseKeeper;
  readonly #surroundings: JobSurroundings;
  readonly #folder: string;
  readonly #retry: RetryOptions;

  /** @param folder of this run alone, empty */
  constructor(
    offer: JobOffer,
    folder: string,
    keeper: LeaseKeeper,
    surroundings: JobSurroundings,
    signal: AbortSignal,
  ) {
    this.#offer = offer;
    this.#folder = folder;
    this.#keeper = keeper;
    this.#surroundings = surroundings;
    this.#retry = {
      signal,
      random: surroundings.random,
      onFailure: ({ message }, wait) =>
        keeper.line(`${message} Trying again in ${(wait / 1000).toFixed(0)} s.`),
    };
  }

  /**
   * From the job's checkpoint if it has one, to a package that is at the control plane.
   * @throws what ended it; the newest checkpoint was brought first if the job is still this
   * trainer's
   */
  async finish(): Promise<Finished> {
    const init = await this.#startingWeights();
    await this.#checkChampion();
    const frozen = await this.#fetchDataset();
    const digest = await this.#train(frozen, init);
    this.#keeper.phase('Uploading the package');
    const { client } = this.#surroundings;
    await uploadPackage(client, this.#path('package'), this.#offer, this.#retry);
    await this.#bringReport(digest);
    return { package: digest, champion: await this.#askChampion(frozen) };
  }

  async #fetchDataset(): Promise<FrozenDataset> {
    const { client, cache } = this.#surroundings;
    this.#keeper.phase('Fetching pictures');
    return fetchDataset(this.#offer, this.#path('set'), {
      client,
      cache,
      retry: this.#retry,
      now: () => new Date(),
      progress: (fetched, all) => this.#keeper.progress(`Fetching pictures: ${fetched} of ${all}`),
    });
  }

  async #startingWeights(): Promise<WeightsFile | null> {
    const { init } = this.#offer;
    if (init.kind === 'random') return null;
    if (init.kind === 'weights') {
      return fetchedWeights(init.name, this.#surroundings.weightsFolder);
    }
    this.#keeper.phase('Fetching the model to start from');
    const { client } = this.#surroundings;
    const folder = this.#path('init');
    const { path, sha256, classes } = await fetchVariant(
      client,
      init.package,
      'float32',
      folder,
      this.#retry,
    );
    return { path, sha256, classes };
  }

  /**
   * From the job's checkpoint; from the beginning where there is none, or none that can be used any
   * more.
   */
  async #train(frozen: FrozenDataset, init: WeightsFile | null): Promise<Sha256> {
    const { checkpoint } = this.#offer;
    try {
      return await this.#fit(frozen, init, checkpoint);
    } catch (error) {
      const { code, message } = failureOf(error);
      if (checkpoint === null || code !== 'CHECKPOINT_REFUSED') throw error;
      this.#keeper.line(`The training begins anew. ${message}`);
      await rm(this.#path('run'), { recursive: true, force: true });
      return this.#fit(frozen, init, null);
    }
  }

  async #fit(
    frozen: FrozenDataset,
    init: WeightsFile | null,
    checkpoint: JobOffer['checkpoint'],
  ): Promise<Sha256> {
    const { task, recipe } = this.#offer;
    const { version, machine, kernelFolder, checkpointSeconds } = this.#surroundings;
    const [run, temporary] = [this.#path('run'), this.#path('tmp')];
    for (const folder of [run, temporary]) await mkdir(folder, { recursive: true });
    const checkpoints = this.#checkpoints(run, checkpoint);
    await checkpoints.restore();
    checkpoints.start();
    try {
      const summary = await fitInProcess(
        {
          folder: this.#path('set'),
          frozen,
          out: this.#path('package'),
          run,
          force: false,
          resume: true,
          checkpointSeconds,
          pictureMemory: PICTURE_MEMORY,
          name: task,
          version,
          init,
          kernelFolder,
          learningCurve: false,
          recipe: { ...completeRecipe(recipe, init !== null), ...machine },
        },
        temporary,
        (event) => {
          this.#keeper.event(event);
          this.#surroundings.metrics.event(event);
        },
        this.#retry.signal,
      );
      return summary.package;
    } catch (error) {
      await this.#bringLast(checkpoints);
      throw error;
    } finally {
      await checkpoints.close();
    }
  }

  #checkpoints(folder: string, checkpoint: JobOffer['checkpoint']): CheckpointUploads {
    const { client, uploadPause: pause } = this.#surroundings;
    const offer = { ...this.#offer, checkpoint };
    return new CheckpointUploads({
      client,
      offer,
      folder,
      pause,
      retry: this.#retry,
      onProblem: (message) => this.#keeper.line(`A checkpoint was not uploaded: ${message}`),
    });
  }

  /** What this trainer did is not lost to the next, unless the job is another's already. */
  async #bringLast(checkpoints: CheckpointUploads): Promise<void> {
    await checkpoints.close();
    if (this.#keeper.signal.aborted) return;
    const signal = AbortSignal.any([this.#keeper.signal, AbortSignal.timeout(LAST_UPLOAD)]);
    await checkpoints.upload({ signal, random: this.#surroundings.random }).catch(() => {});
  }

  /** No model is lost for want of it. */
  async #bringReport(model: Sha256): Promise<void> {
    const path = join(this.#path('run'), RUN_FILES.report);
    try {
      await uploadReport(this.#surroundings.client, path, model, this.#retry);
    } catch (error) {
      this.#retry.signal.throwIfAborted();
      this.#keeper.line(`The report was not brought: ${(error as Error).message}`);
    }
  }

  /**
   * Against one that the gate can't compare with no training makes a candidate: better told before
   * hours of it.
   */
  async #checkChampion(): Promise<void> {
    const { champion } = this.#offer;
    if (champion === null) return;
    const { client } = this.#surroundings;
    const folder = this.#championFolder(champion);
    const manifest = await fetchManifest(client, champion, folder, this.#retry).catch((error) => {
      // Another will have followed it by the time that it is to be run.
      if (isGone(error)) return null;
      throw error;
    });
    if (!manifest || Object.hasOwn(manifest.variants, 'int8')) return;
    const names = Object.keys(manifest.variants).join(', ');
    throw new ProtocolError(
      'PACKAGE_VARIANT_MISSING',
      `Expected a champion with a variant int8 for the gate to compare with, received ${champion} with ${names}. Make a model champion that has one.`,
    );
  }

  #askChampion(frozen: FrozenDataset): Promise<Finished['champion']> {
    const { client } = this.#surroundings;
    return withChampionOfNow(
      () => currentChampion(client, this.#offer.task, this.#retry),
      (champion) => this.#runChampion(champion, frozen),
    );
  }

  async #runChampion(
    champion: Sha256,
    frozen: FrozenDataset,
  ): Promise<NonNullable<Finished['champion']>> {
    this.#keeper.phase('Running the champion on the test side');
    const { client, machine } = this.#surroundings;
    const folder = this.#championFolder(champion);
    const variant = await fetchVariant(client, champion, 'int8', folder, this.#retry);
    const predictions = await predictAsChampion(variant, frozen, {
      client,
      place: jobUploads(this.#offer),
      retry: this.#retry,
      threads: machine.threads,
      set: this.#path('set'),
      out: join(folder, 'predictions.jsonl'),
    });
    return { package: champion, predictions };
  }

  #championFolder(champion: Sha256): string {
    return this.#path(join('champion', champion));
  }

  #path(name: string): string {
    return join(this.#folder, name);
  }
}
