import { useRef, useState } from 'preact/hooks';
import type { DeviceView } from '../../../../src/resources/device.ts';
import type { NewCommand } from '../../../../src/resources/device-command.ts';
import { may } from '../../session/session-state.ts';
import { Ago } from '../../ui/ago.tsx';
import { Button } from '../../ui/button.tsx';
import { now } from '../../ui/clock.ts';
import { ErrorNote } from '../../ui/error-note.tsx';
import { withUnit } from '../../ui/format.ts';
import { Picture } from '../../ui/picture.tsx';
import { Segmented } from '../../ui/segmented.tsx';
import { useShortcuts } from '../../ui/shortcuts.ts';
import { Areas } from '../look/areas.tsx';
import { drawingOf } from '../look/drawing.ts';
import { LookSummary } from '../look/look-summary.tsx';
import './frame.css';
import { PREVIEW_FPS, PREVIEW_SECONDS, type Preview, previewOf, waitingWords } from './preview.ts';
import { useCommand } from './use-command.ts';
import { usePicture } from './use-picture.ts';

interface FrameProps {
  readonly device: DeviceView;
  readonly online: boolean;
  readonly cameras: readonly string[];
  readonly camera: string;
  readonly onCamera: (camera: string) => void;
}

/** What a camera sees: its last frame, and on demand several a second for a while. */
export function Frame({ device: view, online, cameras, camera, onCamera }: FrameProps) {
  const { device, reported } = view;
  const look = reported?.cameras[camera]?.look;
  const stays = reported?.pictures === 'stay';
  const picture = usePicture(device, camera);
  const { command, busy, error, ask } = useCommand(device);
  const [askedAt, setAskedAt] = useState(0);
  const here = command?.parameters.camera === camera ? command : null;
  // The first picture since it was asked begins it.
  const firstAt = useRef<number | null>(null);
  if (firstAt.current === null && (picture.heardAt ?? 0) > askedAt) {
    firstAt.current = picture.heardAt;
  }
  const preview: Preview = here ? previewOf(here, firstAt.current) : { kind: 'off' };
  const runs = preview.kind === 'asked' || preview.kind === 'on';
  const start = () => {
    setAskedAt(Date.now());
    firstAt.current = null;
    const wanted = { command: 'preview', camera, seconds: PREVIEW_SECONDS, fps: PREVIEW_FPS };
    void ask(wanted as NewCommand);
  };
  const previews = may('operator') && !stays;
  useShortcuts(
    previews ? [{ key: 'p', does: 'Show a live preview', run: () => !runs && start() }] : [],
  );
  return (
    <div class="device-frame">
      <Picture
        src={picture.src}
        alt={`What ${camera} of ${device} sees`}
        ratio={16 / 10}
        eager
        none={
          stays
            ? 'No picture leaves this device: privacy.pictures of its agent.yaml says so.'
            : 'No picture of it yet: a device brings one now and then, and with a live preview.'
        }
        over={(size) => look && <Areas areas={drawingOf(look).areas} size={size} />}
      />
      <div class="device-frame-bar">
        {cameras.length > 1 && (
          <Segmented
            label="Camera"
            value={camera}
            options={cameras.map((value) => ({ value, label: value }))}
            onChange={onCamera}
          />
        )}
        <span class="device-frame-words caption" role="status">
          {wordsOf(preview, online) ??
            (picture.capturedAt && (
              <>
                taken <Ago at={picture.capturedAt} />
              </>
            ))}
        </span>
        {previews && (
          <Button kind="primary" busy={busy || runs} onClick={start}>
            {preview.kind === 'on' ? 'Live' : 'Live preview'}
          </Button>
        )}
      </div>
      {error && <ErrorNote what="The preview was not asked for." error={error} />}
      <LookSummary {...{ device: view, camera, src: picture.src }} />
    </div>
  );
}

function wordsOf(preview: Preview, online: boolean): string | null {
  switch (preview.kind) {
    case 'off':
      return null;
    case 'asked':
      return waitingWords(preview.at, now.value, online);
    case 'on':
      return `live, ${withUnit(Math.max(0, Math.ceil((preview.until - now.value) / 1000)), 's')} left`;
    case 'over':
      return preview.text;
  }
}
