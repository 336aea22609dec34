import { didYouMean } from '@edgeloop/protocol';
import type { WeightsName } from '@edgeloop/protocol/weights-names';
import { TrainerError } from '../errors.ts';

/** Weights that the public may fetch. */
export interface WeightsSource {
  readonly url: string;
  /** Where it is kept, in the folder of weights. */
  readonly file: string;
  /** The SHA-256, or how it begins. */
  readonly sha256: string;
  /** Null where it is not known beforehand. */
  readonly bytes: number | null;
}

export interface KnownWeights extends WeightsSource {
  readonly name: WeightsName;
  readonly about: string;
}

export const KNOWN_WEIGHTS: readonly KnownWeights[] = [
  {
    name: 'resnet18',
    about: 'torchvision, ImageNet (IMAGENET1K_V1), BSD-3-Clause',
    url: 'https://download.pytorch.org/models/resnet18-f37072fd.pth',
    file: 'resnet18-f37072fd.pth',
    sha256: 'f37072fd47e89c5e827621c5baffa7500819f7896bbacec160b1a16c560e07ec',
    bytes: 46_830_571,
  },
  {
    name: 'resnet18.a1_in1k',
    about: 'timm, ImageNet (ResNet strikes back, A1), Apache-2.0',
    url: 'https://huggingface.co/timm/resnet18.a1_in1k/resolve/main/model.safetensors',
    file: 'resnet18.a1_in1k.safetensors',
    sha256: '80c49dee3da4822c009c5a7fe591e9223c5a2cfcf95a4067ca4dfb5a7b89c612',
    bytes: 46_807_446,
  },
];

/** @param advice of other weights, for the message @throws TrainerError `OPTION_INVALID` */
export function knownWeights(name: string, advice = ''): KnownWeights {
  const found = KNOWN_WEIGHTS.find((known) => known.name === name);
  if (found) return found;
  const names = KNOWN_WEIGHTS.map((known) => known.name);
  throw new TrainerError(
    'OPTION_INVALID',
    `Expected weights that are known (${names.join(', ')}), received ${JSON.stringify(name)}.${didYouMean(name, names)}${advice}`,
  );
}
