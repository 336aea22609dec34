export { entriesBelow } from './entries-below.ts';
export { fileSha256 } from './file-sha256.ts';
export { makeFolder, makeFolderSync } from './make-folder.ts';
export { settleFiles } from './settle-files.ts';
export { syncFolder, syncFolderSync } from './sync-folder.ts';
export { writeDurably } from './write-durably.ts';
