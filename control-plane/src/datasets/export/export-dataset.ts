import { Readable } from 'node:stream';
import type { EpochMillis, Sha256, TaskId } from '@edgeloop/protocol';
import { ZipFile } from 'yazl';
import type { Artifacts } from '../../artifacts/artifacts.ts';
import type { Database } from '../../database/open-stores.ts';
import { type ExportRow, exportRows } from './export-rows.ts';
import { type LabelStudioForm, labelStudioTask } from './label-studio-tasks.ts';
import { pictureFile } from './picture-file.ts';

interface ExportParts {
  readonly database: Database;
  readonly artifacts: Pick<Artifacts, 'read'>;
}

interface ExportedVersion {
  readonly task: TaskId;
  readonly number: number;
  readonly createdAt: EpochMillis;
}

export type ExportFormat = 'imagefolder' | 'label-studio' | 'label-studio-min';

/** Of a JPEG nothing is won by packing it. */
const STORED = { compress: false, mode: 0o100644 } as const;

/**
 * A version as a zip that is made while it is read: one picture at a time is open. ImageFolder:
 * `side/class/digest.jpg`; Label Studio: `tasks.json` and `images/`. The same version gives the
 * same bytes as long as none is removed.
 */
export function exportDataset(
  parts: ExportParts,
  version: ExportedVersion,
  format: ExportFormat,
): Readable {
  const zip = new OnDemandZip(parts.artifacts, new Date(version.createdAt));
  const rows = () => exportRows(parts.database, version.task, version.number);
  if (format !== 'imagefolder') {
    zip.addText('tasks.json', tasksJson(rows(), format === 'label-studio' ? 'full' : 'min'));
  }
  const folderOf = (row: ExportRow) =>
    format === 'imagefolder' ? `${row.side}/${row.label}` : 'images';
  zip.addPictures(rows(), folderOf);
  return zip.output;
}

async function* tasksJson(rows: AsyncIterable<ExportRow>, form: LabelStudioForm) {
  let before = '[\n';
  for await (const row of rows) {
    yield before + JSON.stringify(labelStudioTask(row, form));
    before = ',\n';
  }
  yield before === '[\n' ? '[]\n' : '\n]\n';
}

/** yazl, whose entries are opened when it is their turn. What is open is closed with the output. */
class OnDemandZip {
  readonly output: Readable;
  readonly #zip = new ZipFile();
  readonly #artifacts: Pick<Artifacts, 'read'>;
  readonly #mtime: Date;
  #open: Readable | null = null;

  constructor(artifacts: Pick<Artifacts, 'read'>, mtime: Date) {
    this.#artifacts = artifacts;
    this.#mtime = mtime;
    this.output = this.#zip.outputStream as Readable;
    this.output.once('close', () => this.#open?.destroy());
    this.#zip.on('error', (error: Error) => this.output.destroy(error));
  }

  addText(path: string, content: AsyncIterable<string>): void {
    this.#zip.addReadStreamLazy(path, { mtime: this.#mtime, mode: STORED.mode }, (use) =>
      use(null, this.#opened(Readable.from(content, { objectMode: false }))),
    );
  }

  /** Reads the rows to their end, whether the output is read or not: they are small. */
  addPictures(rows: AsyncIterable<ExportRow>, folderOf: (row: ExportRow) => string): void {
    void (async () => {
      try {
        for await (const row of rows) {
          if (this.output.destroyed) return;
          const path = `${folderOf(row)}/${pictureFile(row)}`;
          const options = { ...STORED, mtime: this.#mtime, size: row.bytes };
          this.#zip.addReadStreamLazy(path, options, (use) => {
            this.#read(row.sha256).then(
              (stream) => use(null, stream),
              (error) => this.output.destroy(error as Error),
            );
          });
        }
        this.#zip.end();
      } catch (error) {
        this.output.destroy(error as Error);
      }
    })();
  }

  async #read(sha256: Sha256): Promise<Readable> {
    return this.#opened(await this.#artifacts.read(sha256));
  }

  #opened(stream: Readable): Readable {
    this.#open = stream;
    stream.once('error', (error) => this.output.destroy(error));
    if (this.output.destroyed) stream.destroy();
    return stream;
  }
}
