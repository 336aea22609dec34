import type { ImportReportView } from '../../../src/resources/dataset.ts';
import { api, ask } from '../api/client.ts';
import { path, withQuery } from '../api/path.ts';
import { Problem } from '../api/problem.ts';

/** How pictures and labels lie in a zip, as the API calls it. */
export type ZipFormat = 'imagefolder' | 'label-studio';

/** What came of an import. */
export type Imported = ImportReportView;

export const NOTHING: Imported = {
  added: 0,
  known: 0,
  labelled: 0,
  conflicts: 0,
  skipped: 0,
  newClasses: [],
  problems: [],
};

const ZIP = 'application/zip';
/** By the end of a file's name: what a browser says of one differs by the system. */
const TYPES: Readonly<Record<string, string>> = {
  zip: ZIP,
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  png: 'image/png',
  webp: 'image/webp',
};
/** For the browser's own choice of files. */
export const ACCEPTED = Object.keys(TYPES).map((end) => `.${end}`);

/** Of a picture that the server can't read: the others may go all the same. */
const UNUSABLE = new Set([413, 415, 422]);
const CREATED = 201;

/**
 * One file into a task: a picture, which waits for a label, or a zip of pictures with theirs. It
 * may be sent again.
 * @throws Problem where nothing of it was taken, and the next would fare no better
 */
export async function importFile(task: string, file: File, format: ZipFormat): Promise<Imported> {
  const type = TYPES[file.name.split('.').at(-1)?.toLowerCase() ?? ''];
  if (type === undefined) return skipped(file, `Expected ${ACCEPTED.join(', ')}.`);
  // Not read: a part of it that is all of it, with the type that the API knows.
  const content = file.slice(0, file.size, type);
  return type === ZIP ? importZip(task, content, format) : importPicture(task, file, content);
}

async function importZip(task: string, zip: Blob, format: ZipFormat): Promise<Imported> {
  const at = withQuery(path`/api/tasks/${task}/import`, { format });
  const answer = await api.post<Imported | { status: number; code: string; detail?: string }>(
    at,
    zip,
  );
  // One that took long has begun as a success.
  if ('code' in answer) throw new Problem(answer.status, answer.code, answer.detail ?? answer.code);
  return answer;
}

async function importPicture(task: string, file: File, picture: Blob): Promise<Imported> {
  try {
    const { status } = await ask('POST', path`/api/tasks/${task}/samples`, { body: picture });
    const isNew = status === CREATED;
    return { ...NOTHING, added: isNew ? 1 : 0, known: isNew ? 0 : 1 };
  } catch (error) {
    if (error instanceof Problem && UNUSABLE.has(error.status)) return skipped(file, error.message);
    throw error;
  }
}

const skipped = ({ name }: File, reason: string): Imported => ({
  ...NOTHING,
  skipped: 1,
  problems: [{ file: name, reason }],
});

export const addUp = (a: Imported, b: Imported): Imported => ({
  added: a.added + b.added,
  known: a.known + b.known,
  labelled: a.labelled + b.labelled,
  conflicts: a.conflicts + b.conflicts,
  skipped: a.skipped + b.skipped,
  newClasses: [...a.newClasses, ...b.newClasses],
  problems: [...a.problems, ...b.problems],
});
