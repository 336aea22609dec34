import { useReducer, useState } from 'preact/hooks';
import { Button } from '../../ui/button.tsx';
import { Confirm, Dialog } from '../../ui/dialog.tsx';
import { Note } from '../../ui/note.tsx';
import { toast } from '../../ui/toasts.tsx';
import { AreaList } from './area-list.tsx';
import { type AreaKind, drawingOf, edit } from './drawing.ts';
import type { HeldConfiguration } from './held-configuration.ts';
import { hasChanged, hasMistake } from './look-draft.ts';
import './look-editor.css';
import { withLook } from './look-settings.ts';
import './look-when.css';
import { motionDraftOf } from './motion-draft.ts';
import { MotionFields } from './motion-fields.tsx';
import { LookSaving } from './save-look.ts';
import { scheduleDraftOf } from './schedule-draft.ts';
import { ScheduleFields } from './schedule-fields.tsx';
import { Stage } from './stage.tsx';

interface LookEditorProps {
  readonly device: string;
  readonly camera: string;
  /** Whether it hears of it at once. */
  readonly online: boolean;
  readonly held: HeldConfiguration;
  readonly src: string;
  readonly onClose: () => void;
}

/**
 * Draws over the last picture what a camera looks at, and brings it to the device as a
 * configuration of its own.
 */
export function LookEditor(props: LookEditorProps) {
  const { device, camera, online, src, onClose } = props;
  const [saving] = useState(() => new LookSaving(device, camera, props.held));
  const [held, setHeld] = useState(props.held);
  // As it was when the dialog opened, whatever the device says meanwhile.
  const { look: before, note } = props.held;
  const [first] = useState(() => drawingOf(before));
  const [drawing, draw] = useReducer(edit, first);
  const [motion, setMotion] = useState(() => motionDraftOf(before));
  const [schedule, setSchedule] = useState(() => scheduleDraftOf(before));
  const [tool, setTool] = useState<AreaKind>('mask');
  const [asking, setAsking] = useState(false);
  const [leaving, setLeaving] = useState(false);
  const draft = { drawing, motion, schedule };
  const save = async () => {
    try {
      await saving.save((settings) => withLook(settings, camera, draft, before));
    } finally {
      setHeld(saving.held);
    }
    toast(
      online
        ? `Saved. ${device} starts its parts again with it.`
        : `Saved. ${device} starts its parts again with it once it is connected.`,
    );
    onClose();
  };
  const isChanged = hasChanged(draft, before);
  const leave = () => (isChanged ? setLeaving(true) : onClose());
  const { version } = held;
  return (
    <Dialog title={`What ${camera} of ${device} looks at`} wide onClose={leave}>
      {note && (
        <Note kind="warn">
          <p>{note}</p>
        </Note>
      )}
      <div class="look-editor">
        <Stage {...{ src, drawing, draw, tool }} alt={`The last picture of ${camera}`} />
        <AreaList {...{ drawing, draw, tool }} onTool={setTool} />
      </div>
      <div class="look-when">
        <MotionFields {...{ drawing, draw, before }} value={motion} onChange={setMotion} />
        <ScheduleFields value={schedule} onChange={setSchedule} />
      </div>
      <div class="dialog-actions look-actions">
        <Button onClick={leave}>Cancel</Button>
        <Button
          kind="primary"
          disabled={hasMistake(draft, before) || !isChanged}
          onClick={() => setAsking(true)}
        >
          Save
        </Button>
      </div>
      {leaving && (
        <Confirm
          title="Leave without saving?"
          verb="Leave without saving"
          onConfirm={async () => onClose()}
          onClose={() => setLeaving(false)}
        >
          <p>
            What was drawn and set here is lost. {camera} of {device} looks as it did.
          </p>
        </Confirm>
      )}
      {asking && (
        <Confirm
          title={`Save what ${camera} of ${device} looks at?`}
          verb="Save it"
          danger={false}
          onConfirm={save}
          onClose={() => setAsking(false)}
        >
          <p>
            It becomes a version of the configuration <span class="strong">{device}</span>, for this
            one device.
            {version &&
              version.configuration !== device &&
              ` What ${version.configuration} ${version.version} sets is taken over; later versions of that do not reach it any more.`}
          </p>
          <p class="caption">
            The device starts its parts again with it, and takes it back by itself where it can not
            reach the control plane with it. Samples from then on show what is looked at; pictures
            that are stored already stay as they are.
          </p>
        </Confirm>
      )}
    </Dialog>
  );
}
