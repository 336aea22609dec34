import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { encodeJpeg } from '@edgeloop/imaging';
import { type JobOffer, MANIFEST_FILE } from '@edgeloop/protocol';
import { ApiClient } from '../../../control-plane/src/cli/client/api-client.ts';
import { uploadFile } from '../../../control-plane/src/cli/client/upload-file.ts';
import { pushPackage } from '../../../control-plane/src/cli/models/push-package.ts';
import { DEFAULT_GATE } from '../../../control-plane/src/jobs/gate/gate-policy.ts';
import { COLOURS, type Colour } from '../../stand/colour-package.ts';
import type { ControlPlaneProcess } from '../../stand/control-plane-process.ts';
import type { TestPrediction } from '../../stand/predictions.ts';
import { storedZip } from '../../stand/stored-zip.ts';
import { writeTestedPackage } from '../../stand/tested-package.ts';

export const TASK = 'colours';
const PER_CLASS = { train: 6, val: 2, test: 8 };
const RECIPE = { size: 32, epochs: 3 };
const GATE = {
  ...{ ...DEFAULT_GATE, leastSamples: 6, alpha: 0.5 },
  floors: { accuracy: 0, classRecall: 0 },
};
const EPOCHS = [1, 2, 3].map((epoch) => ({
  ...{ epoch, loss: 1 / epoch, accuracy: 1 - 0.5 / epoch, learningRate: 0.01 },
  ...{ validationLoss: 1.2 / epoch, validationAccuracy: 1 - 0.6 / epoch },
}));

/**
 * A task with a dataset, a champion, and a candidate that a job trained: what a trainer does goes by the same requests that a
 * trainer makes, and the gate is the real one.
 */
export class SeededModels {
  readonly #controlPlane: ControlPlaneProcess;
  readonly #folder: string;
  readonly #client: ApiClient;

  constructor(controlPlane: ControlPlaneProcess, folder: string) {
    this.#controlPlane = controlPlane;
    this.#folder = folder;
    const server = `http://127.0.0.1:${controlPlane.apiPort}`;
    this.#client = new ApiClient({ server, token: controlPlane.token });
  }

  /** The task with its pictures, and nothing else. */
  async bringPictures(): Promise<void> {
    await this.#controlPlane.post('/api/tasks', { task: TASK, classes: [...COLOURS] });
    const files: Record<string, Uint8Array> = {};
    for (const [side, count] of Object.entries(PER_CLASS)) {
      for (const colour of COLOURS) {
        for (let i = 0; i < count; i++)
          files[`${side}/${colour}/${i}.jpg`] = await picture(colour, side, i);
      }
    }
    const answer = await this.#controlPlane.fetch(`/api/tasks/${TASK}/import?format=imagefolder`, {
      ...{ method: 'POST', headers: { 'content-type': 'application/zip' } },
      body: new Uint8Array(storedZip(files)),
    });
    if (!answer.ok) throw new Error(await answer.text());
  }

  /** A package of which so many test samples of each class are wrong, as the newest dataset has them. */
  async writePackage(name: string, wrong: number): Promise<string> {
    const { datasets } = await this.#controlPlane.get(`/api/tasks/${TASK}/datasets`);
    const [{ number, fingerprint }] = datasets;
    const samples = `/api/tasks/${TASK}/datasets/${number}/samples?limit=1000`;
    const frozen = (await this.#controlPlane.get(samples)).samples as Frozen[];
    return writeTestedPackage(join(this.#folder, name), predictionsOf(frozen, wrong), {
      dataset: fingerprint,
    });
  }

  /** As `edgeloop models push` does. @returns its digest */
  async push(directory: string): Promise<string> {
    const given = { directory, task: TASK, parent: null, onFile: () => {} };
    return (await pushPackage(this.#client, given)).digest;
  }

  /** A job on the newest dataset, which a trainer has and has told of. */
  async startJob(): Promise<JobOffer> {
    const asked = { task: TASK, recipe: RECIPE, gate: GATE };
    await this.#controlPlane.post('/api/jobs', asked);
    const has = { gpu: false, memoryBytes: 2 ** 33 };
    const offer: JobOffer = await this.#controlPlane.post('/api/jobs/lease', {
      ...{ trainer: 'bench-1', has, waitSeconds: 0 },
    });
    await this.tell(offer, 'Training', 2);
    return offer;
  }

  /** What its trainer says next. */
  async tell({ job, lease }: JobOffer, text: string, epoch: number): Promise<void> {
    await this.#controlPlane.post(`/api/jobs/${job}/heartbeat`, {
      lease,
      progress: {
        ...{ phase: text, epoch, epochs: 3, step: 1, steps: 2, loss: 0.5, accuracy: 0.8 },
        ...{ imagesPerSecond: 40, secondsLeft: 60 },
      },
      epochs: EPOCHS.slice(0, epoch),
      log: [{ at: new Date().toISOString(), text: `${text} (epoch ${epoch})` }],
    });
  }

  /** Its model, and what the champion made of the same samples: the gate decides. @returns the model's digest */
  async finishJob(offer: JobOffer, directory: string, champion: string): Promise<string> {
    const manifest = await readFile(join(directory, MANIFEST_FILE), 'utf8');
    await this.#controlPlane.post('/api/models', { task: TASK, manifest, job: offer.job });
    const digest = await this.push(directory);
    const path = join(champion, 'predictions.jsonl');
    const content = await readFile(path);
    const sha256 = createHash('sha256').update(content).digest('hex');
    const file = { sha256, bytes: content.length };
    const url = `/api/jobs/${offer.job}/files`;
    const { id } = await this.#controlPlane.post(url, { lease: offer.lease, ...file });
    await this.#controlPlane.fetch(`${url}/${id}`, {
      method: 'PATCH',
      headers: { 'content-type': 'application/octet-stream', 'upload-offset': '0' },
      body: new Uint8Array(content),
    });
    const outcome = {
      ...{ kind: 'succeeded', lease: offer.lease, package: digest },
      champion: { package: offer.champion, predictions: file },
    };
    await this.#controlPlane.fetch(`/api/jobs/${offer.job}/outcome`, {
      ...{ method: 'POST', headers: { 'content-type': 'application/json' } },
      body: JSON.stringify(outcome),
    });
    return digest;
  }

  /** The page that its trainer wrote. */
  async bringReport(digest: string): Promise<void> {
    const content = Buffer.from('<!doctype html><title>Report</title><h1>A report</h1>');
    const sha256 = createHash('sha256').update(content).digest('hex') as never;
    const path = join(this.#folder, 'report.html');
    await writeFile(path, content);
    await uploadFile(this.#client, path, { sha256, bytes: content.length });
    await this.#client.ask(`/api/models/${digest}/report`, { method: 'PUT', json: { sha256 } });
  }
}

interface Frozen {
  readonly sha256: string;
  readonly label: Colour;
  readonly side: string;
}

/** The first so many of each class are taken for the next one. */
function predictionsOf(samples: readonly Frozen[], wrong: number): TestPrediction[] {
  return COLOURS.flatMap((truth, place) =>
    samples
      .filter(({ label, side }) => label === truth && side === 'test')
      .map(({ sha256 }, i) => {
        const other = COLOURS[(place + 1) % COLOURS.length] as Colour;
        const called = { label: i < wrong ? other : truth, score: 0.6 + i / 50 };
        return { sha256, truth, int8: called, float32: called };
      }),
  );
}

/** Each of other bytes: of its colour, and a line that moves. */
function picture(colour: Colour, side: string, i: number): Promise<Uint8Array> {
  const [width, height] = [64, 48];
  const data = new Uint8Array(width * height * 3);
  for (let at = COLOURS.indexOf(colour); at < data.length; at += 3) data[at] = 200;
  const row = (Object.keys(PER_CLASS).indexOf(side) * 16 + 2 * i) % height;
  data.fill(255, row * width * 3, (row + 1) * width * 3);
  return encodeJpeg({ data, width, height }, 95);
}
