import type { RolloutPreview } from '../../resources/rollout.ts';

/** What speaks against a plan, in words: whoever makes it should know before it begins. */
export const previewRemarks = (preview: RolloutPreview): string[] => [
  ...refusal(preview),
  ...shortBakes(preview),
];

/** Of a model that the gate of its training did not let through. */
function refusal({ gateReasons }: RolloutPreview): string[] {
  if (gateReasons.length === 0) return [];
  return [`The gate did not let this model through: ${gateReasons.join(' ')}`];
}

/** Of slow cameras: the gates would stop any model. */
function shortBakes({ waves }: RolloutPreview): string[] {
  return waves.flatMap(({ wave, bakeNeeded }) =>
    bakeNeeded === null
      ? []
      : `Wave ${wave + 1}: at the rate that its devices reported last, its gates see too few frames by the end of the bake, and will stop it. --bake ${Math.ceil(bakeNeeded / 60_000)}min would do.`,
  );
}
