/**
 * Upper bounds of the buckets of every inference histogram, in milliseconds; one more bucket takes
 * the rest. Fixed, so that histograms of different devices and times add up.
 */
export const INFERENCE_BUCKETS_MS = [
  1, 2, 3, 4, 5, 6, 8, 10, 13, 16, 20, 25, 32, 40, 50, 64, 80, 100, 130, 160, 200, 250, 320, 400,
  500, 1000, 2000, 5000,
] as const;
