const MOST = 200;

/**
 * Decibels of the expected values over what the received ones differ by. The signal is their
 * spread: a constant error or a constant output counts as noise. Between ±200, also where one of
 * them is zero.
 */
export function signalToNoise(expected: readonly number[], received: readonly number[]): number {
  const mean = expected.reduce((sum, value) => sum + value, 0) / expected.length;
  let signal = 0;
  let noise = 0;
  expected.forEach((value, i) => {
    signal += (value - mean) ** 2;
    noise += (value - (received[i] as number)) ** 2;
  });
  if (noise === 0) return MOST;
  return Math.max(-MOST, Math.min(MOST, 10 * Math.log10(signal / noise)));
}
