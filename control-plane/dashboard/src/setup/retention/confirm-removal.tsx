import type { RetentionPreview } from '../../../../src/resources/retention.ts';
import { Confirm } from '../../ui/dialog.tsx';
import { bytes, plural } from '../../ui/format.ts';
import { removalOf } from './removal.ts';

interface ConfirmRemovalProps {
  readonly preview: RetentionPreview;
  readonly onConfirm: () => Promise<unknown>;
  readonly onShowNow: () => void;
  readonly onClose: () => void;
}

export function ConfirmRemoval({ preview, onConfirm, onShowNow, onClose }: ConfirmRemovalProps) {
  const { kept } = preview;
  return (
    <Confirm
      title="Keep less?"
      verb="Remove and save"
      typed="remove"
      onConfirm={onConfirm}
      onShowNow={onShowNow}
      onClose={onClose}
    >
      <p>Within a minute, and for good, this removes</p>
      <ul>
        {removalOf(preview).map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
      <p>{`Untouched: ${plural(kept.count, 'picture')} with a label, in a dataset or before someone, ${bytes(kept.bytes)}.`}</p>
    </Confirm>
  );
}
