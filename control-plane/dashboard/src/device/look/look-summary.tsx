import { useState } from 'preact/hooks';
import type { DeviceView } from '../../../../src/resources/device.ts';
import { may } from '../../session/session-state.ts';
import { Button } from '../../ui/button.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { useAction } from '../../ui/use-action.ts';
import { type HeldConfiguration, readHeld } from './held-configuration.ts';
import { LookEditor } from './look-editor.tsx';
import './look-summary.css';
import { lookWords } from './look-words.ts';

interface LookSummaryProps {
  readonly device: DeviceView;
  readonly camera: string;
  /** The picture that is shown. */
  readonly src: string;
}

/** What of its picture a camera looks at, in words, and the way to change it. */
export function LookSummary({
  device: { device, state, reported, health },
  camera,
  src,
}: LookSummaryProps) {
  const [editing, setEditing] = useState<{ held: HeldConfiguration; src: string } | null>(null);
  const { busy, error, run } = useAction();
  const look = reported?.cameras[camera]?.look;
  if (!look) return null;
  // The picture stays as it was when one began to draw.
  const open = () => run(async () => setEditing({ held: await readHeld(device, camera), src }));
  return (
    <div class="look-summary">
      <p>
        <span class="caption">Looks at</span> {lookWords(look, health?.cameras[camera]).join(' · ')}
      </p>
      {may('operator') && (
        <Button busy={busy} onClick={open}>
          Draw what it looks at
        </Button>
      )}
      {error && <ErrorNote what="Its configuration was not read." error={error} />}
      {editing && (
        <LookEditor
          {...{ device, camera, ...editing }}
          online={state === 'online'}
          onClose={() => setEditing(null)}
        />
      )}
    </div>
  );
}
