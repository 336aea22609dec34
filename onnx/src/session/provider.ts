/** An execution provider of ONNX Runtime that training can run on. */
export type Provider = 'cpu' | 'cuda' | 'webgpu';
