import type * as TensorFlowCore from '@tensorflow/tfjs-core';

/** TensorFlow.js as it was loaded: which package it came from is known only then. */
export type TensorFlow = typeof TensorFlowCore;
