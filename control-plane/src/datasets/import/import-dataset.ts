import { createReadStream } from 'node:fs';
import { mebibytes, type TaskId } from '@edgeloop/protocol';
import { BesidePictures } from './beside-pictures.ts';
import { DatasetImporter, type ImportParts } from './dataset-importer.ts';
import { importImageFolder } from './import-image-folder.ts';
import { importLabelStudio, importLabelStudioZip } from './import-label-studio.ts';
import type { ImportReport } from './import-report.ts';
import { openZip, type SafeZip, type ZipLimits } from './open-zip.ts';

const IMPORT_LIMITS: ZipLimits = {
  entries: 200_000,
  bytes: mebibytes(64 * 1024),
  ratio: 200,
};

/**
 * A zip of class folders; a zip with tasks of Label Studio beside their pictures; or such tasks
 * alone, for known pictures.
 */
export type ImportKind = 'imagefolder' | 'label-studio-zip' | 'label-studio-json';

/**
 * Takes an import that lies on disk into a task, one picture in memory at a time. What breaks off
 * is run again: what is here already is left alone.
 * @throws ControlPlaneError `IMPORT_INVALID`, `ZIP_UNSAFE`, `NOT_FOUND` for the task,
 * `STORAGE_FULL`
 */
export async function importDataset(
  parts: ImportParts,
  file: { readonly path: string; readonly kind: ImportKind },
  { task, by }: { readonly task: TaskId; readonly by: string },
): Promise<ImportReport> {
  const importer = await DatasetImporter.begin(parts, task, by);
  if (file.kind === 'label-studio-json') {
    await importLabelStudio(createReadStream(file.path), new BesidePictures([]), importer);
  } else {
    await withZip(file.path, (zip) =>
      file.kind === 'imagefolder'
        ? importImageFolder(zip, importer)
        : importLabelStudioZip(zip, importer),
    );
  }
  return importer.tally.report();
}

async function withZip(path: string, use: (zip: SafeZip) => Promise<void>): Promise<void> {
  const zip = await openZip(path, IMPORT_LIMITS);
  try {
    await use(zip);
  } finally {
    zip.close();
  }
}
