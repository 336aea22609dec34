import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { JobOffer, Sha256 } from '@edgeloop/protocol';
import { classFolder, type FrozenDataset } from '../dataset/frozen-dataset.ts';
import type { Sample } from '../dataset/image-folder.ts';
import type { Split } from '../dataset/split.ts';
import type { ControlPlaneClient } from './control-plane-client.ts';
import { fetchFile } from './fetch-file.ts';
import type { PictureCache } from './picture-cache.ts';
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
 * Lays a dataset version out as class folders of links into the cache. Folders are numbered, as a class may have any name, and
 * files are named by digest: every trainer reads them in the same order.
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
  const rest = samples.values();
  const fetchRest = async () => {
    for (const sample of rest) {
      await fetchSample(sample, folderOf(sample.label), source);
      source.progress(++fetched, samples.length);
    }
  };
  await Promise.all(Array.from({ length: PARALLEL }, fetchRest));
  const sides = new Map(samples.map(({ sha256, side }) => [sha256, side]));
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
    cursor = page.next;
  }
  return samples;
}

async function fetchSample(
  { sha256 }: ListedSample,
  folder: string,
  { client, cache, retry, now }: DatasetSource,
): Promise<void> {
  const path = join(folder, sha256);
  if (await cache.take(sha256, path, now())) return;
  await fetchFile(client, `/api/samples/${sha256}/picture`, { path, sha256 }, retry);
  await cache.keep(sha256, path);
}
