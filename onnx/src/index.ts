export { OnnxError } from './errors.ts';
export { decodeModel } from './protobuf/decode.ts';
export { encodeModel } from './protobuf/encode.ts';
export { AttributeType, DataType } from './protobuf/model.ts';
