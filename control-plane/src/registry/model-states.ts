/**
 * `announced`: the manifest is here, files may be missing. Only what is registered gets an alias or
 * goes to a device.
 */
export type ModelState = 'announced' | 'checking' | 'registered' | 'refused';

type ModelStep = 'begin' | 'pass' | 'refuse' | 'giveUp';

/**
 * The life of a model version: from which states a step leads where. A refused one may be tried
 * again, since a busy machine can be the reason; what is registered stays so.
 */
export const MODEL_STEPS: Readonly<
  Record<ModelStep, { readonly from: readonly ModelState[]; readonly to: ModelState }>
> = {
  begin: { from: ['announced', 'refused'], to: 'checking' },
  pass: { from: ['checking'], to: 'registered' },
  refuse: { from: ['checking'], to: 'refused' },
  // The check itself failed, or this process ended during it.
  giveUp: { from: ['checking'], to: 'announced' },
};
