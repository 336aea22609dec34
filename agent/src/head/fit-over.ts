import type { LoadedPackage } from '@edgeloop/onnx';
import { type EpochMillis, type SlotId, timestamp } from '@edgeloop/protocol';
import type { HeadFigures } from './fit/judge-head.ts';
import { runFit } from './fit/run-fit.ts';
import { labelsOf } from './head-folder.ts';
import type { HeadOverlay } from './overlay/head-overlay.ts';
import { triedFitOf } from './tried-fit.ts';

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

/** The slot whose head is fitted. */
interface Fitting {
  /** Folder of the device's state. */
  readonly state: string;
  readonly slot: SlotId;
  readonly loaded: LoadedPackage;
}

/**
 * Fits a head over a package to the labelled pictures of its slot, in a process of its own. Nothing
 * is changed; with what it was fitted is noted, also where the head is not taken.
 * @throws AgentError `HEAD_REFUSED`, and what `runFit` throws
 */
export async function fitOver(
  { state, slot, loaded: { digest: model, directory, variant, classes } }: Fitting,
  now: () => EpochMillis,
  signal: AbortSignal,
): Promise<FitOutcome> {
  const labels = labelsOf(state, slot);
  const labelledAt = await labels.newest();
  const pictures = await labels.list();
  const { base, verdict, head, golden, labelled } = await runFit(
    { directory, variant, pictures },
    signal,
  );
  if (labelledAt !== null) {
    // Not written it costs another fit, no more.
    await triedFitOf(state, slot)
      .write({ model, labelledAt })
      .catch(() => {});
  }
  const { figures } = verdict;
  const told = { figures, labelled, leftOut: pictures.length - labelled };
  if (!verdict.taken) return { ...told, taken: false, why: verdict.why };
  const overlay: HeadOverlay = {
    format: 1,
    base,
    variant,
    classes: [...classes],
    head,
    labelled,
    golden: golden.map((logits) => [...logits]),
    fittedAt: timestamp(now()),
    heldOut: { pictures: figures.pictures, right: figures.right, rightBefore: figures.rightBefore },
  };
  return { ...told, taken: true, overlay };
}
