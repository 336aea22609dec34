import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { encodeJpeg } from '@edgeloop/imaging';
import { type JobOffer, MANIFEST_FILE } from '@edgeloop/protocol';
import { DEFAULT_GATE } from '../../../control-plane/src/jobs/gate/gate-policy.ts';
import type { ControlPlaneProcess } from '../../stand/control-plane/control-plane-process.ts';
import { COLOURS, type Colour } from '../../stand/models/colour-package.ts';
import type { TestPrediction } from '../../stand/models/predictions.ts';
import { writeTestedPackage } from '../../stand/models/tested-package.ts';
import { storedZip } from '../../stand/stored-zip.ts';

export const TASK = 'colours';
const PER_CLASS = { train: 6, val: 2, test: 8 };
const RECIPE = { size: 32, epochs: 3 };
const GATE = {
  ...DEFAULT_GATE,
  leastSamples: 6,
  alpha: 0.5,
  floors: { accuracy: 0, classRecall: 0 },
};
const EPOCHS = [1, 2, 3].map((epoch) => ({
  epoch,
  loss: 1 / epoch,
  accuracy: 1 - 0.5 / epoch,
  learningRate: 0.01,
  validationLoss: 1.2 / epoch,
  validationAccuracy: 1 - 0.6 / epoch,
}));

/**
 * A task with a dataset, a champion, and a candidate that a job trained: what a trainer does goes
 * by the same requests that a trainer makes, and the gate is the real one.
 */
export class SeededModels {
  readonly #controlPlane: ControlPlaneProcess;
  readonly #folder: string;

  constructor(controlPlane: ControlPlaneProcess, folder: string) {
    this.#controlPlane = controlPlane;
    this.#folder = folder;
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
      method: 'POST',
      headers: { 'content-type': 'application/zip' },
      body: new Uint8Array(storedZip(files)),
    });
    if (!answer.ok) throw new Error(await answer.text());
  }

  /**
   * A package of which so many test samples of each class are wrong, as the newest dataset has
   * them.
   */
  async writePackage(name: string, wrong: number): Promise<string> {
    const { datasets } = await this.#controlPlane.get(`/api/tasks/${TASK}/datasets`);
    const [{ number, fingerprint }] = datasets;
    const samples = `/api/tasks/${TASK}/datasets/${number}/samples?limit=1000`;
    const frozen = (await this.#controlPlane.get(samples)).samples as FrozenSample[];
    return writeTestedPackage(join(this.#folder, name), predictionsOf(frozen, wrong), {
      dataset: fingerprint,
    });
  }

  /** As a trainer brings a package: announced, its missing files, checked. @returns its digest */
  async push(directory: string, job?: string): Promise<string> {
    const manifest = await readFile(join(directory, MANIFEST_FILE), 'utf8');
    const announced = { task: TASK, manifest, ...(job && { job }) };
    const { model, missing } = await this.#controlPlane.post('/api/models', announced);
    for (const { path } of missing) await this.#upload(await readFile(join(directory, path)));
    await this.#controlPlane.post(`/api/models/${model.digest}/complete`);
    return model.digest;
  }

  /** @returns its digest */
  async #upload(content: Uint8Array, url = '/api/uploads', more: object = PURPOSE) {
    const file = { sha256: digestOf(content), bytes: content.length };
    const { id, offset } = await this.#controlPlane.post(url, { ...file, ...more });
    if (offset < content.length) await this.#send('PATCH', `${url}/${id}`, content);
    return file;
  }

  async #send(method: string, url: string, body: Uint8Array | object): Promise<void> {
    const bytes = body instanceof Uint8Array;
    const answer = await this.#controlPlane.fetch(url, {
      method,
      headers: bytes
        ? { 'content-type': 'application/octet-stream', 'upload-offset': '0' }
        : { 'content-type': 'application/json' },
      body: bytes ? new Uint8Array(body) : JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`${url}: ${await answer.text()}`);
  }

  /** A job on the newest dataset, which a trainer has and has told of. */
  async startJob(): Promise<JobOffer> {
    const asked = { task: TASK, recipe: RECIPE, gate: GATE };
    await this.#controlPlane.post('/api/jobs', asked);
    const has = { gpu: false, memoryBytes: 2 ** 33 };
    const offer: JobOffer = await this.#controlPlane.post('/api/jobs/lease', {
      trainer: 'bench-1',
      has,
      waitSeconds: 0,
    });
    await this.tell(offer, 'Training', 2);
    return offer;
  }

  /** What its trainer says next. */
  async tell({ job, lease }: JobOffer, text: string, epoch: number): Promise<void> {
    await this.#controlPlane.post(`/api/jobs/${job}/heartbeat`, {
      lease,
      progress: {
        phase: text,
        epoch,
        epochs: 3,
        step: 2 * epoch - 1,
        steps: 6,
        loss: 0.5,
        accuracy: 0.8,
        imagesPerSecond: 40,
        secondsLeft: 60,
      },
      epochs: EPOCHS.slice(0, epoch),
      log: [{ at: new Date().toISOString(), text: `${text} (epoch ${epoch})` }],
    });
  }

  /**
   * Its model, and what the champion made of the same samples: the gate decides.
   * @returns the model's digest
   */
  async finishJob(offer: JobOffer, directory: string, champion: string): Promise<string> {
    const digest = await this.push(directory, offer.job);
    const content = await readFile(join(champion, 'predictions.jsonl'));
    const under = { lease: offer.lease };
    const predictions = await this.#upload(content, `/api/jobs/${offer.job}/files`, under);
    await this.#send('POST', `/api/jobs/${offer.job}/outcome`, {
      kind: 'succeeded',
      lease: offer.lease,
      package: digest,
      champion: { package: offer.champion, predictions },
    });
    return digest;
  }

  /** The page that its trainer wrote. */
  async bringReport(digest: string): Promise<void> {
    const page = '<!doctype html><title>Report</title><h1>A report</h1>';
    const { sha256 } = await this.#upload(Buffer.from(page));
    await this.#send('PUT', `/api/models/${digest}/report`, { sha256 });
  }
}

const PURPOSE = { purpose: 'model' };
const digestOf = (content: Uint8Array) => createHash('sha256').update(content).digest('hex');

interface FrozenSample {
  readonly sha256: string;
  readonly label: Colour;
  readonly side: string;
}

/** The first so many of each class are taken for the next one. */
function predictionsOf(samples: readonly FrozenSample[], wrong: number): TestPrediction[] {
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
