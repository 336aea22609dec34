// First: what it forbids would be done when the runtime is loaded.
import './without-telemetry.ts';

/** The one door to ONNX Runtime. */
export { InferenceSession, Tensor } from 'onnxruntime-node';
