import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type JobOffer, parseId, type Sha256 } from '@edgeloop/protocol';
import { classFolder, type FrozenDataset } from '../dataset/frozen-dataset.ts';
import type { Sample } from '../dataset/image-folder.ts';
import type { Split } from '../dataset/split.ts';
import type { ControlPlaneClient } from './control-plane-client.ts';
import { fetchFile } from './fetch-file.ts';
import type { PictureCache } from './picture-cache.ts';
import { Refusal } from './refusal.ts';
import { type RetryOptions, retrying } from './retrying.ts';

interface ListedSample {
  readonly sha256: Sha256;
  readonly label: string;
  readonly side: keyof Split<Sample>;
  /** Since when its picture is gone. */
  readonly removedAt: string | null;
}

interface SamplePage {
  readonly samples: readonly ListedSample[];
  readonly next: string | null;
}

export interface DatasetSource {
  readonly client: ControlPlaneClient;
  readonly cache: PictureCache;
  readonly retry: RetryOptions;
  readonly now: () => Date;
  readonly progress: (fetched: number, all: number) => void;
}

/** Pictures that are fetched at a time. */
const PARALLEL = 8;
const PAGE = 1000;

/**
 * Lays a dataset version out as class folders of links into the cache. Folders are numbered, as a
 * class may have any name, and files are named by digest: every trainer reads them in the same
 * order.
 */
export async function fetchDataset(
  { task, dataset }: Pick<JobOffer, 'task' | 'dataset'>,
  folder: string,
  source: DatasetSource,
): Promise<FrozenDataset> {
  const samples = await listSamples(
    `/api/tasks/${task}/datasets/${dataset.version}/samples`,
    source,
  );
  const classes = [...new Set(samples.map(({ label }) => label))].sort();
  const folderOf = (label: string) => join(folder, classFolder(classes.indexOf(label)));
  for (const label of classes) await mkdir(folderOf(label), { recursive: true });
  let fetched = 0;
  const sides = new Map<Sha256, ListedSample['side']>();
  const rest = samples.values();
  const failed = new AbortController();
  const signal = AbortSignal.any([source.retry.signal, failed.signal]);
  const fetchRest = async () => {
    for (const sample of rest) {
      signal.throwIfAborted();
      const retry = { ...source.retry, signal };
      if (await fetchSample(sample, folderOf(sample.label), { ...source, retry })) {
        sides.set(sample.sha256, sample.side);
      }
      source.progress(++fetched, samples.length);
    }
  };
  const each = Array.from({ length: PARALLEL }, () =>
    fetchRest().catch((error) => {
      failed.abort(error);
      throw error;
    }),
  );
  // One that fails ends the others first: its folder is about to go.
  await Promise.allSettled(each);
  signal.throwIfAborted();
  return { fingerprint: dataset.fingerprint, classes, sides };
}

async function listSamples(
  path: string,
  { client, retry }: DatasetSource,
): Promise<ListedSample[]> {
  const samples: ListedSample[] = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const query: string = `?limit=${PAGE}${cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`}`;
    const page: SamplePage = await retrying(
      () => client.askJson<SamplePage>(`${path}${query}`, { signal: retry.signal }),
      retry,
    );
    samples.push(...page.samples.filter(({ removedAt }) => removedAt === null));
    // They become names of files.
    for (const { sha256 } of page.samples) parseId('sha256', sha256);
    cursor = page.next;
  }
  return samples;
}

/** @returns false for one that was removed since it was listed */
async function fetchSample(
  { sha256 }: ListedSample,
  folder: string,
  { client, cache, retry, now }: DatasetSource,
): Promise<boolean> {
  const path = join(folder, sha256);
  if (await cache.take(sha256, path, now())) return true;
  try {
    await fetchFile(client, `/api/samples/${sha256}/picture`, { path, sha256 }, retry);
  } catch (error) {
    if (error instanceof Refusal && error.problem === 'NOT_FOUND') return false;
    throw error;
  }
  await cache.keep(sha256, path);
  return true;
}
