/**
 * The one-cycle schedule (Smith & Topin 2017, cosine as in torch's OneCycleLR): from a 25th of the
 * highest rate up to it over the share `warmUp` of the steps, then down to nearly nothing.
 */
export function oneCycle(step: number, steps: number, highest: number, warmUp: number): number {
  const peak = warmUp === 0 ? 0 : Math.max(1, Math.round(steps * warmUp));
  if (step < peak) return cosine(highest / 25, highest, step / peak);
  return cosine(highest, highest / 1e4, (step - peak) / Math.max(1, steps - peak));
}

function cosine(from: number, to: number, progress: number): number {
  return to + ((from - to) * (1 + Math.cos(Math.PI * Math.min(1, progress)))) / 2;
}
