import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { decodeCrop } from '@edgeloop/imaging';
import {
  type Head,
  InferenceProcess,
  type LoadedPackage,
  loadPackage,
  readHead,
} from '@edgeloop/onnx';
import { type Sha256, seconds } from '@edgeloop/protocol';
import { leader } from '../../decide/leader.ts';
import type { LabelledPicture } from '../labels/labelled-folder.ts';
import { requireLabels } from '../labels/require-labels.ts';
import { splitLabels } from '../labels/split-labels.ts';
import { type Compared, findHarmed, type HeadVerdict, judgeHead } from './judge-head.ts';
import { DECAYS, learnHead } from './learn-head.ts';
import { logitsOf } from './standardize.ts';

export interface FitRequest {
  /** Folder of the package. */
  readonly directory: string;
  readonly variant: string;
  readonly pictures: readonly LabelledPicture[];
}

export interface FitResult {
  /** The package that was fitted over. */
  readonly base: Sha256;
  readonly verdict: HeadVerdict;
  readonly head: Head;
  /** Logits by it, of each golden case of the package. */
  readonly golden: readonly (readonly number[])[];
  /** Pictures that it was fitted from and tested on. */
  readonly labelled: number;
  /** Pictures that can't be read, and are left out. */
  readonly unreadable: number;
}

interface Looked {
  readonly logits: readonly number[];
  readonly embedding: Float32Array;
}

interface Row extends Looked {
  /** Class index. */
  readonly truth: number;
}

const DEADLINE = seconds(60);

/**
 * Fits the last layer of a package to labelled pictures, from its own on, over the embeddings of
 * the form that runs. Nothing is written.
 * @throws AgentError `HEAD_REFUSED` for too few labels; OnnxError `ONNX_UNSUPPORTED` for a model
 * without such a layer; ProtocolError `PACKAGE_…`
 */
export async function fitHead({ directory, variant, pictures }: FitRequest): Promise<FitResult> {
  const loaded = await loadPackage(directory, variant, 'variant');
  const { classes, manifest } = loaded;
  const own = readHead(await readFile(loaded.modelPath));
  const known = requireLabels(pictures, classes);
  const session = new InferenceProcess({ ...loaded, threads: 1, deadline: DEADLINE });
  const looked = new Map<LabelledPicture, Looked>();
  const goldenLooked: Looked[] = [];
  await session.start();
  try {
    for (const picture of known) {
      const seen = await look(session, loaded, picture.path).catch(skipUnreadable);
      if (seen) looked.set(picture, seen);
    }
    for (const { image } of manifest.golden.cases) {
      goldenLooked.push(await look(session, loaded, join(directory, image.path)));
    }
  } finally {
    await session.close();
  }
  const { train, heldOut } = splitLabels(requireLabels([...looked.keys()], classes));
  const rows = (some: readonly LabelledPicture[]): Row[] =>
    some.map((picture) => ({
      ...(looked.get(picture) as Looked),
      truth: classes.indexOf(picture.label),
    }));
  const cases = goldenLooked.map((row) => ({ ...row, truth: leader(row.logits) }));
  const { head, golden } = await learnWithin(own, rows(train), cases);
  return {
    base: loaded.digest,
    verdict: judgeHead(compareAll(head, rows(heldOut)), golden),
    head,
    golden: golden.map(({ after }) => after),
    labelled: looked.size,
    unreadable: known.length - looked.size,
  };
}

/**
 * With the least pull back to the model's own head with which every golden case holds; else with
 * the most.
 */
async function learnWithin(own: Head, rows: readonly Row[], cases: readonly Row[]) {
  let head = own;
  let golden: readonly Compared[] = [];
  for (const decay of DECAYS) {
    head = await learnHead(own, rows, decay);
    golden = compareAll(head, cases);
    if (findHarmed(golden) === null) break;
  }
  return { head, golden };
}

const compareAll = (head: Head, rows: readonly Row[]): Compared[] =>
  rows.map(({ truth, logits, embedding }) => ({
    truth,
    before: logits,
    after: logitsOf(head, embedding),
  }));

async function look(
  session: InferenceProcess,
  { cropPlan, tensorPlan }: LoadedPackage,
  path: string,
): Promise<Looked> {
  const crop = await decodeCrop(await readFile(path), cropPlan);
  const pictures = { crops: [crop], size: cropPlan.crop, plan: tensorPlan };
  const { outputs } = await session.run(pictures);
  const { logits, embedding } = outputs;
  return {
    logits: [...(logits?.data ?? [])],
    embedding: embedding?.data ?? new Float32Array(),
  };
}

/** Somebody may have put anything there, or taken it away meanwhile. */
function skipUnreadable(error: NodeJS.ErrnoException): null {
  if (error.code === 'IMAGE_UNREADABLE' || error.code === 'ENOENT') return null;
  throw error;
}
