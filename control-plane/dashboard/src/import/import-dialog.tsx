import { useState } from 'preact/hooks';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { ErrorNote } from '../ui/error-note.tsx';
import { Field, Select } from '../ui/field.tsx';
import { useAction } from '../ui/use-action.ts';
import {
  ACCEPTED,
  addUp,
  type Imported,
  importFile,
  NOTHING,
  type ZipFormat,
} from './import-files.ts';
import { ImportResult } from './import-result.tsx';

interface ImportDialogProps {
  readonly task: string;
  readonly onClose: () => void;
}

/**
 * Pictures of one's own: single ones, which wait for a label, or a zip with theirs. Files go one
 * after another; what was taken before one fails stays, and all may be chosen again.
 */
export function ImportDialog({ task, onClose }: ImportDialogProps) {
  const [files, setFiles] = useState<readonly File[]>([]);
  const [format, setFormat] = useState<ZipFormat>('imagefolder');
  const [at, setAt] = useState(0);
  const [imported, setImported] = useState<Imported | null>(null);
  const { busy, error, run } = useAction();
  const send = async (event: Event) => {
    event.preventDefault();
    await run(async () => {
      let all = NOTHING;
      for (const [i, file] of files.entries()) {
        setAt(i);
        all = addUp(all, await importFile(task, file, format));
      }
      setImported(all);
    });
  };
  const hasZip = files.some(({ name }) => /\.zip$/i.test(name));
  return (
    <Dialog title={`Import pictures into ${task}`} busy={busy} onClose={onClose}>
      {imported ? (
        <ImportResult {...{ task, imported, onClose }} />
      ) : (
        <form class="dialog-form" onSubmit={send}>
          <Field
            label="Files"
            type="file"
            multiple
            required
            accept={ACCEPTED.join()}
            hint="JPEG, PNG or WebP pictures, which wait for a label; or a zip with a folder for each class, which is their label."
            onChange={({ currentTarget }) => setFiles([...(currentTarget.files ?? [])])}
          />
          {hasZip && (
            <Select
              label="In the zip"
              value={format}
              hint="Folders train/, val/ and test/ around those of the classes say which side each picture is on; without them pictures are divided here."
              onChange={({ currentTarget }) => setFormat(currentTarget.value as ZipFormat)}
            >
              <option value="imagefolder">a folder for each class</option>
              <option value="label-studio">tasks.json and images/ of Label Studio</option>
            </Select>
          )}
          {error && <ErrorNote what="Not everything was imported." error={error} />}
          <p class="caption" role="status">
            {busy ? `Importing file ${at + 1} of ${files.length}: ${files[at]?.name}` : '\u00a0'}
          </p>
          <div class="dialog-actions">
            <Button off={busy} onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" kind="primary" busy={busy}>
              Import
            </Button>
          </div>
        </form>
      )}
    </Dialog>
  );
}
