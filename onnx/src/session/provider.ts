/** An execution provider of ONNX Runtime that training can run on. */
export type Provider = 'cpu' | 'cuda' | 'webgpu';

/** What a user asks for: one by name, or the fastest that is there. */
export const PROVIDER_CHOICES = ['auto', 'cpu', 'cuda', 'webgpu'] as const;
export type ProviderChoice = (typeof PROVIDER_CHOICES)[number];

/** What matrix products are computed in. */
export const PRECISIONS = ['float32', 'mixed'] as const;
export type Precision = (typeof PRECISIONS)[number];
