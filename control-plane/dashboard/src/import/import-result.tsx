import { useEffect, useRef } from 'preact/hooks';
import { Link } from 'wouter-preact';
import { path } from '../api/path.ts';
import { Button } from '../ui/button.tsx';
import { plural } from '../ui/format.ts';
import { Note } from '../ui/note.tsx';
import type { Imported } from './import-files.ts';
import './import-result.css';

interface ImportResultProps {
  readonly task: string;
  readonly imported: Imported;
  readonly onClose: () => void;
}

/** What was taken and what was not, and where one goes on. */
export function ImportResult({ task, imported, onClose }: ImportResultProps) {
  const { added, known, labelled, conflicts, skipped, newClasses, problems } = imported;
  const words = useRef<HTMLParagraphElement>(null);
  // The button that was pressed is gone.
  useEffect(() => words.current?.focus(), []);
  const untaken = [
    ...(skipped > 0 ? [`${plural(skipped, 'file')} not taken`] : []),
    ...(conflicts > 0
      ? [`${plural(conflicts, 'picture')} with another label here, which stays`]
      : []),
  ];
  return (
    <div class="dialog-form">
      <p ref={words} tabIndex={-1} role="status">
        <span class="strong">{plural(added, 'new picture')}</span>
        {known > 0 && `, ${plural(known, 'picture')} that ${known === 1 ? 'was' : 'were'} here`};{' '}
        {plural(labelled, 'new label')}.
        {newClasses.length > 0 &&
          ` ${newClasses.length === 1 ? 'New class' : 'New classes'}: ${newClasses.join(', ')}.`}
      </p>
      {untaken.length > 0 && (
        <Note kind="warn">
          <p class="strong">{untaken.join('; ')}</p>
          <ul class="import-untaken">
            {problems.map(({ file, reason }) => (
              <li key={file}>
                <code>{file}</code>: {reason}
              </li>
            ))}
          </ul>
        </Note>
      )}
      <div class="dialog-actions">
        <Button onClick={onClose}>Close</Button>
        <Link class="button button-primary" href={path`/label/${task}`} onClick={onClose}>
          Label
        </Link>
      </div>
    </div>
  );
}
