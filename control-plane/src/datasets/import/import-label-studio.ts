import { mebibytes, type Sha256 } from '@edgeloop/protocol';
import { ControlPlaneError } from '../../errors.ts';
import type { DatasetImporter } from './dataset-importer.ts';
import { jsonElements } from './json-elements.ts';
import { fileNamesOf, type LabelledPicture, readLabelStudioTask } from './label-studio-task.ts';
import type { SafeZip, ZipEntry } from './open-zip.ts';

const LONGEST_TASK = mebibytes(1);

/** Takes in a zip of pictures with one file of tasks. */
export async function importLabelStudioZip(zip: SafeZip, importer: DatasetImporter): Promise<void> {
  const files = zip.entries.filter(({ path }) => path.endsWith('.json'));
  const [tasks] = files;
  if (!tasks || files.length > 1) {
    throw new ControlPlaneError(
      'IMPORT_INVALID',
      `Expected one .json file of tasks beside the pictures of the zip, received ${files.length}.`,
    );
  }
  const pictures = new Map<string, ZipEntry>();
  for (const entry of zip.entries) {
    if (entry !== tasks) pictures.set(entry.path.slice(entry.path.lastIndexOf('/') + 1), entry);
  }
  await importLabelStudio(await tasks.open(), pictures, importer);
}

/**
 * Takes in tasks one by one. Pictures are those that are known by their digest, or stand beside; addresses are never
 * asked.
 */
export async function importLabelStudio(
  tasks: AsyncIterable<Uint8Array>,
  pictures: ReadonlyMap<string, ZipEntry>,
  importer: DatasetImporter,
): Promise<void> {
  let index = 0;
  for await (const element of jsonElements(tasks, LONGEST_TASK)) {
    index += 1;
    const task = readLabelStudioTask(element);
    if ('skipped' in task) importer.tally.problem('skipped', `task ${index}`, task.skipped);
    else await importTask(task, pictures, importer);
  }
}

async function importTask(
  task: LabelledPicture,
  pictures: ReadonlyMap<string, ZipEntry>,
  importer: DatasetImporter,
): Promise<void> {
  const file = task.picture.slice(0, 200);
  const imported = { side: task.side, prediction: task.prediction };
  let sha256: Sha256 | null = null;
  if (task.sha256 !== null && (await importer.seeKnown(task.sha256, file, imported))) {
    sha256 = task.sha256;
  } else {
    const name = fileNamesOf(task.picture).find((name) => pictures.has(name));
    if (name === undefined) {
      importer.tally.problem('skipped', file, 'its picture is neither here nor in the import');
      return;
    }
    sha256 = await importer.takePicture(pictures.get(name) as ZipEntry, imported);
  }
  if (sha256 === null || task.class === null) return;
  if (await importer.ensureClass(task.class, file)) await importer.label(sha256, task.class, file);
}
