import type { LoadedPackage } from '@edgeloop/onnx';
import { type EpochMillis, timestamp } from '@edgeloop/protocol';
import type { HeadFigures } from './fit/judge-head.ts';
import { runFit } from './fit/run-fit.ts';
import type { LabelledFolder } from './labels/labelled-folder.ts';
import type { HeadOverlay } from './overlay/head-overlay.ts';

/** What a fit came to. */
export type FitOutcome = {
  readonly figures: HeadFigures;
  readonly labelled: number;
  /** Pictures that were left out: unreadable, or of a class that the model does not have. */
  readonly leftOut: number;
} & (
  | { readonly taken: true; readonly overlay: HeadOverlay }
  | { readonly taken: false; readonly why: string }
);

/**
 * Fits a head over a package to the labelled pictures of its slot, in a process of its own. Nothing is changed.
 * @throws AgentError `HEAD_REFUSED`, and what `runFit` throws
 */
export async function fitOver(
  { directory, variant, classes }: LoadedPackage,
  labels: LabelledFolder,
  now: () => EpochMillis,
  signal: AbortSignal,
): Promise<FitOutcome> {
  const pictures = await labels.list();
  const { base, verdict, head, golden, labelled } = await runFit(
    { directory, variant, pictures },
    signal,
  );
  const { figures } = verdict;
  const told = { figures, labelled, leftOut: pictures.length - labelled };
  if (!verdict.taken) return { ...told, taken: false, why: verdict.why };
  const overlay: HeadOverlay = {
    ...{ format: 1, base, variant, classes: [...classes], head, labelled },
    golden: golden.map((logits) => [...logits]),
    fittedAt: timestamp(now()),
    heldOut: {
      ...{ pictures: figures.pictures, right: figures.right, rightBefore: figures.rightBefore },
    },
  };
  return { ...told, taken: true, overlay };
}
