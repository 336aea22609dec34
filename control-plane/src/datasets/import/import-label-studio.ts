import { mebibytes, type Sha256 } from '@edgeloop/protocol';
import { ControlPlaneError } from '../../errors.ts';
import { BesidePictures } from './beside-pictures.ts';
import type { DatasetImporter } from './dataset-importer.ts';
import { jsonElements } from './json-elements.ts';
import { type LabelledPicture, readLabelStudioTask } from './label-studio-task.ts';
import type { SafeZip } from './open-zip.ts';

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
  const pictures = new BesidePictures(zip.entries.filter((entry) => entry !== tasks));
  await importLabelStudio(tasks.open(), pictures, importer);
}

/**
 * Takes in tasks one by one. Pictures are those that are known by their digest, or stand beside;
 * addresses are never asked.
 */
export async function importLabelStudio(
  tasks: AsyncIterable<Uint8Array>,
  pictures: BesidePictures,
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
  pictures: BesidePictures,
  importer: DatasetImporter,
): Promise<void> {
  const file = task.picture.slice(0, 200);
  const name = task.class === null ? null : importer.className(task.class, file);
  if (name === null && task.class !== null) return;
  const sha256 = await takeTask(task, file, pictures, importer);
  if (sha256 !== null && name !== null) await importer.label(sha256, name, file);
}

async function takeTask(
  task: LabelledPicture,
  file: string,
  pictures: BesidePictures,
  importer: DatasetImporter,
): Promise<Sha256 | null> {
  const imported = { side: task.side, prediction: task.prediction };
  if (task.sha256 !== null && (await importer.seeKnown(task.sha256, file, imported))) {
    return task.sha256;
  }
  const beside = pictures.find(task.picture);
  if (beside !== null && beside !== 'ambiguous') return importer.takePicture(beside, imported);
  const reason =
    beside === null
      ? 'its picture is neither here nor in the import'
      : 'several pictures of the import are called so';
  importer.tally.problem('skipped', file, reason);
  return null;
}
