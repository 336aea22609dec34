import type { DatasetImporter } from './dataset-importer.ts';
import { imageFolderLayout } from './image-folder-layout.ts';
import type { SafeZip } from './open-zip.ts';

/** Takes in a zip of class folders, file by file. */
export async function importImageFolder(zip: SafeZip, importer: DatasetImporter): Promise<void> {
  const layout = imageFolderLayout(zip.entries.map(({ path }) => path));
  for (const entry of zip.entries) {
    const place = layout.placeOf(entry.path);
    if ('skipped' in place) {
      importer.tally.problem('skipped', entry.path, place.skipped);
      continue;
    }
    const name = importer.className(place.class, entry.path);
    if (name === null) continue;
    const sha256 = await importer.takePicture(entry, { side: place.side, prediction: null });
    if (sha256 !== null) await importer.label(sha256, name, entry.path);
  }
}
