import { type Drawing, drawingOf, type Look, mistakeOf } from './drawing.ts';
import { type MotionDraft, motionDraftOf, motionMistakes } from './motion-draft.ts';
import { hasScheduleMistake, isScheduleChanged, type ScheduleDraft } from './schedule-draft.ts';

/** What somebody makes of how a camera looks. */
export interface LookDraft {
  readonly drawing: Drawing;
  readonly motion: MotionDraft;
  readonly schedule: ScheduleDraft;
}

/** Whether anything would be refused by the device. What is switched off counts for nothing. */
export function hasMistake({ drawing, motion, schedule }: LookDraft, before: Look): boolean {
  const figures = Object.values(motionMistakes(motion, before));
  return (
    drawing.areas.some((area) => mistakeOf(area) !== null) ||
    (drawing.gated && figures.some((mistake) => mistake !== null)) ||
    hasScheduleMistake(schedule)
  );
}

/** Whether the device would look otherwise than now. */
export function hasChanged({ drawing, motion, schedule }: LookDraft, before: Look): boolean {
  const first = drawingOf(before);
  const areasOf = ({ areas }: Drawing) => areas.map(({ kind, corners }) => ({ kind, corners }));
  return (
    drawing.gated !== first.gated ||
    JSON.stringify(areasOf(drawing)) !== JSON.stringify(areasOf(first)) ||
    (drawing.gated && JSON.stringify(motion) !== JSON.stringify(motionDraftOf(before))) ||
    isScheduleChanged(schedule, before)
  );
}
