import type { PicturesRequest } from '../../session/inference-messages.ts';

/** What the process is asked that runs a model and looks at its activations. */
export type ActivationsRequest =
  | {
      readonly kind: 'load';
      readonly modelPath: string;
      /** Outputs of the model, float. */
      readonly tensors: readonly string[];
    }
  /** Looks at the activations of these pictures; answers nothing, like `load`. */
  | ({ readonly kind: 'observe' } & PicturesRequest)
  /** Answers what was seen of each tensor: `SeenValues[]`, in the order of `load`. */
  | { readonly kind: 'seen' };
