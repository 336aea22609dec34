import { resnet18Convolutions, stageOf, type TrainingOptions } from '@edgeloop/onnx';

/** A tensor of the network, by torchvision's name and in its layout. */
export interface Parameter {
  readonly name: string;
  /**
   * Running averages follow the batches, `frozen` ones nothing, the others their gradient; `weight`
   * alone decays.
   */
  readonly kind: 'weight' | 'bias or norm' | 'running average' | 'frozen';
}

export function isLearned({ kind }: Parameter): boolean {
  return kind === 'weight' || kind === 'bias or norm';
}

type Choices = Pick<TrainingOptions, 'network' | 'frozenStages' | 'frozenStatistics'>;

const LAST_LAYER: readonly Parameter[] = [
  { name: 'fc.weight', kind: 'weight' },
  { name: 'fc.bias', kind: 'bias or norm' },
];

/** The parameters in torchvision's order. */
export function parametersOf({ network, frozenStages, frozenStatistics }: Choices): Parameter[] {
  if (network === 'head') return [...LAST_LAYER];
  const convolutions = resnet18Convolutions().flatMap((spec): Parameter[] => {
    const frozen = stageOf(spec) < frozenStages;
    const learned = (kind: Parameter['kind']) => (frozen ? 'frozen' : kind);
    const average = frozen || frozenStatistics ? 'frozen' : 'running average';
    return [
      { name: `${spec.name}.weight`, kind: learned('weight') },
      { name: `${spec.normName}.weight`, kind: learned('bias or norm') },
      { name: `${spec.normName}.bias`, kind: learned('bias or norm') },
      { name: `${spec.normName}.running_mean`, kind: average },
      { name: `${spec.normName}.running_var`, kind: average },
    ];
  });
  return [...convolutions, ...LAST_LAYER];
}
