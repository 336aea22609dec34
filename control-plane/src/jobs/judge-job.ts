import type { JobOutcome, Sha256 } from '@edgeloop/protocol';
import type { Artifacts } from '../artifacts/artifacts.ts';
import { type Champion, judge } from './gate/judge.ts';
import {
  type Predictions,
  readPredictions,
  type TestSample,
  type Unreadable,
} from './gate/read-predictions.ts';
import type { Verdict } from './gate/verdict.ts';
import type { JobRow } from './job-tables.ts';
import type { TrainedModels } from './trained-models.ts';
import type { TrainingData } from './training-data.ts';

/** Where predictions are read. */
type Files = Pick<Artifacts, 'find' | 'read'>;

export interface JudgeParts {
  readonly data: TrainingData;
  readonly models: TrainedModels;
  /** The artifacts of the registry. */
  readonly artifacts: Files;
  /** The artifacts of jobs. */
  readonly jobArtifacts: Files;
}

type Succeeded = Extract<JobOutcome, { kind: 'succeeded' }>;

/** Of predictions: a million samples. */
const LARGEST = 256 * 1024 * 1024;

/** What the gate said, and of which champion. */
export interface Judged {
  readonly verdict: Verdict;
  /** Null: the task had none. */
  readonly champion: Sha256 | null;
}

/**
 * The gate, for a model that a job trained.
 * @throws ControlPlaneError `NOT_FOUND` for a package that is not registered
 */
export async function judgeJob(
  { task, dataset_version, gate }: JobRow,
  { package: digest, champion: told }: Pick<Succeeded, 'package' | 'champion'>,
  { data, models, artifacts, jobArtifacts }: JudgeParts,
): Promise<Judged> {
  const { classes, metrics } = await models.manifest(task, digest);
  const samples = await data.testSide(task, dataset_version);
  const predictions = metrics
    ? await readFrom(artifacts, metrics.predictions.sha256, samples, classes)
    : NO_PREDICTIONS;
  const champion = await askedChampion(task, told, samples, { models, jobArtifacts });
  const verdict = judge({ samples, predictions, champion }, JSON.parse(gate));
  return { verdict, champion: champion?.package ?? null };
}

const NO_PREDICTIONS: Unreadable = { problem: 'Its package has none.' };

/** The champion of now: what was trained must beat the one that it would replace. */
async function askedChampion(
  task: JobRow['task'],
  told: Succeeded['champion'],
  samples: readonly TestSample[],
  { models, jobArtifacts }: Pick<JudgeParts, 'models' | 'jobArtifacts'>,
): Promise<Champion | null> {
  const champion = await models.champion(task);
  if (champion === null) return null;
  const { classes } = await models.manifest(task, champion);
  // Another became champion while this was trained: nobody ran it on this test side.
  const asked = told?.package === champion;
  const predictions = asked
    ? await readFrom(jobArtifacts, told.predictions.sha256, samples, classes)
    : null;
  return { package: champion, classes, predictions };
}

async function readFrom(
  files: Files,
  sha256: Sha256,
  samples: readonly TestSample[],
  classes: readonly string[],
): Promise<Predictions | Unreadable> {
  const size = (await files.find(sha256)) ?? 0;
  if (size > LARGEST) {
    return { problem: `Expected at most ${LARGEST} bytes of them, received ${size}.` };
  }
  return readPredictions(await files.read(sha256), samples, classes);
}
