import { type EpochMillis, type Sha256, type TaskId, timestamp } from '@edgeloop/protocol';
import type { Database } from '../../database/open-stores.ts';
import type { TaskClasses } from '../../datasets/task-classes.ts';
import type { JobStore } from '../../jobs/job-store.ts';
import type { SettingsStore } from '../../jobs/settings-store.ts';
import type { TrainedModels } from '../../jobs/trained-models.ts';
import type { TrainingData } from '../../jobs/training-data.ts';
import { isTriedAgain, nextTry } from '../../jobs/triggers/next-try.ts';
import type { LabelProgressView } from '../../resources/label-progress.ts';
import { type ChampionTest, championTest } from './champion-test.ts';
import { type ClassEvidence, NONE_WAITS } from './class-evidence.ts';
import { countLabels, countSaidSince } from './count-labels.ts';
import { dayBegan } from './day-began.ts';
import { gainInWords } from './gain-in-words.ts';
import { mostHelpful } from './most-helpful.ts';
import { readLately, readNewSince, readQueueByGuess } from './read-evidence.ts';
import { trainingDistance } from './training-distance.ts';

export interface LabelProgressParts {
  readonly database: Database;
  readonly classes: TaskClasses;
  readonly settings: Pick<SettingsStore, 'find'>;
  readonly jobs: Pick<JobStore, 'isActive'>;
  readonly data: Pick<TrainingData, 'newLabels'>;
  readonly models: Pick<TrainedModels, 'champion' | 'manifest'>;
  readonly now: () => EpochMillis;
}

interface Champion {
  readonly digest: Sha256;
  readonly test: ChampionTest | null;
  readonly classes: readonly string[];
  /** By class, labels that it has not seen; null: nobody knows. */
  readonly fresh: ReadonlyMap<string, number> | null;
}

/** How far labelling is, and what the next training would gain by it. */
export class LabelProgress {
  readonly #parts: LabelProgressParts;

  constructor(parts: LabelProgressParts) {
    this.#parts = parts;
  }

  /**
   * @param by who asks
   * @param began when the asker's day began; midnight UTC where nobody says
   * @throws ControlPlaneError `NOT_FOUND`, `REQUEST_INVALID`
   */
  async view(task: TaskId, by: string, began: string | undefined): Promise<LabelProgressView> {
    const { database, classes, now } = this.#parts;
    const since = dayBegan(began, now());
    const names = await classes.classesOf(task);
    const counts = await countLabels(database, { task, by, now: now() });
    const today = await countSaidSince(database, task, since);
    const champion = await this.#champion(task, names);
    const evidence = await this.#evidence(task, names, counts.byClass, champion);
    const helpful = mostHelpful(evidence);
    const test = champion?.test ?? null;
    return {
      task,
      classes: [...evidence],
      none: counts.none,
      disputed: counts.disputed,
      queue: { waiting: counts.waiting, forYou: counts.forAsker },
      today: {
        since: timestamp(since),
        all: today.reduce((sum, { labels }) => sum + labels, 0),
        yours: today.find((one) => one.by === by)?.labels ?? 0,
        by: [...today],
      },
      training: await this.#training(task),
      gain: {
        champion: champion?.digest ?? null,
        test: test?.overall ?? null,
        helpful,
        words: [
          ...gainInWords({ test, hasChampion: champion !== null, classes: evidence, helpful }),
        ],
      },
    };
  }

  async #training(task: TaskId) {
    const { settings, jobs, data, now } = this.#parts;
    const found = await settings.find(task);
    const { lastTry } = found;
    const next = nextTry(found, now());
    return trainingDistance(
      {
        newLabels: await data.newLabels(task),
        startsAfter: found.settings.triggers.labels?.count ?? null,
        active: await jobs.isActive(task),
        lastTry,
        nextAt: next === null ? null : timestamp(next),
      },
      isTriedAgain(lastTry, now()) ? lastTry.refusal.message : null,
    );
  }

  async #champion(task: TaskId, names: readonly string[]): Promise<Champion | null> {
    const { models, database, now } = this.#parts;
    const digest = await models.champion(task);
    if (digest === null) return null;
    const manifest = await models.manifest(task, digest);
    return {
      digest,
      test: championTest(manifest),
      classes: manifest.classes,
      fresh: await readNewSince(database, task, manifest.lineage.dataset, names, now()),
    };
  }

  async #evidence(
    task: TaskId,
    names: readonly string[],
    byClass: ReadonlyMap<string, number>,
    champion: Champion | null,
  ): Promise<ClassEvidence[]> {
    const { database } = this.#parts;
    const queue = await readQueueByGuess(database, task);
    const lately = await readLately(database, task);
    return names.map((name) => ({
      class: name,
      labels: byClass.get(name) ?? 0,
      newLabels: champion?.fresh ? (champion.fresh.get(name) ?? 0) : null,
      champion: championRecall(champion, name),
      queue: queue.get(name) ?? NONE_WAITS,
      lately: lately.get(name) ?? { guessed: 0, wrong: 0 },
    }));
  }
}

function championRecall(champion: Champion | null, name: string): ClassEvidence['champion'] {
  if (champion === null) return { state: 'no-champion' };
  if (!champion.classes.includes(name)) return { state: 'unknown-class' };
  const recall = champion.test?.classes.get(name) ?? null;
  return recall ? { state: 'tested', recall } : { state: 'untested' };
}
