/**
 * ONNX Runtime's builds for Linux report to their maker from 1.30 on, unless this stands in the
 * environment when they are loaded (onnxruntime/core/platform/posix/telemetry.cc). What Edgeloop
 * runs tells nobody but its fleet.
 */
process.env.ORT_DISABLE_TELEMETRY = '1';
