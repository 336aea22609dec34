export interface TensorInput {
  readonly data: Uint8Array | Float32Array;
  readonly dims: readonly number[];
}

export interface InferenceResult {
  /** By name; `logits: [N, classes]`, `embedding: [N, 512]`. */
  readonly outputs: Readonly<Record<string, { dims: readonly number[]; data: Float32Array }>>;
  /** Time within the runtime. */
  readonly inferenceMillis: number;
}

/** What the inference process is asked. */
export type InferenceRequest =
  | { readonly kind: 'load'; readonly modelPath: string; readonly threads: number }
  /** The tensor's bytes come on the pipe for them. */
  | {
      readonly kind: 'run';
      readonly type: 'uint8' | 'float32';
      readonly bytes: number;
      readonly dims: readonly number[];
    };
