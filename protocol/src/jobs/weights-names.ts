/**
 * Weights from which a training can begin, by the names that `edgeloop-trainer weights` knows them
 * by: all are of ImageNet.
 */
export const WEIGHTS_NAMES = ['resnet18', 'resnet18.a1_in1k'] as const;
export type WeightsName = (typeof WEIGHTS_NAMES)[number];
