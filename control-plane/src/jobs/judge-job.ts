import type { JobOutcome, Sha256 } from '@edgeloop/protocol';
import type { Artifacts } from '../artifacts/artifacts.ts';
import { type Champion, judge } from './gate/judge.ts';
import type { Verdict } from './gate/verdict.ts';
import type { JobRow } from './job-tables.ts';
import type { TrainedModels } from './trained-models.ts';
import type { TrainingData } from './training-data.ts';

export interface JudgeParts {
  readonly data: TrainingData;
  readonly models: TrainedModels;
  /** Of the registry. */
  readonly artifacts: Pick<Artifacts, 'read'>;
  /** Of jobs. */
  readonly jobArtifacts: Pick<Artifacts, 'read'>;
}

type Succeeded = Extract<JobOutcome, { kind: 'succeeded' }>;

/** Of predictions: a million samples. */
const LARGEST = 256 * 1024 * 1024;

/** The gate, for a model that a job trained. @throws ControlPlaneError `NOT_FOUND` for a package that is not registered */
export async function judgeJob(
  { task, dataset_version, gate }: JobRow,
  { package: digest, champion: told }: Pick<Succeeded, 'package' | 'champion'>,
  { data, models, artifacts, jobArtifacts }: JudgeParts,
): Promise<Verdict> {
  const { classes, metrics } = await models.manifest(task, digest);
  const predictions = metrics ? await readText(artifacts, metrics.predictions.sha256) : '';
  return judge(
    {
      samples: await data.testSide(task, dataset_version),
      ...{ classes, predictions },
      champion: await askedChampion(task, told, { models, jobArtifacts }),
    },
    JSON.parse(gate),
  );
}

/** The champion of now: what was trained must beat the one that it would replace. */
async function askedChampion(
  task: JobRow['task'],
  told: Succeeded['champion'],
  { models, jobArtifacts }: Pick<JudgeParts, 'models' | 'jobArtifacts'>,
): Promise<Champion | null> {
  const champion = await models.champion(task);
  if (champion === null) return null;
  const { classes } = await models.manifest(task, champion);
  // Another became champion while this was trained: nobody ran it on this test side.
  const asked = told?.package === champion;
  const predictions = asked ? await readText(jobArtifacts, told.predictions.sha256) : null;
  return { package: champion, classes, predictions };
}

async function readText(artifacts: Pick<Artifacts, 'read'>, sha256: Sha256): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of await artifacts.read(sha256)) {
    bytes += chunk.length;
    // Not whole, so not to be judged: the gate says what is missing.
    if (bytes > LARGEST) break;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
