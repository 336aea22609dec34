import Type, { type TProperties } from 'typebox';

/** Unknown keys are errors everywhere. */
export const Strict = <Properties extends TProperties>(properties: Properties) =>
  Type.Object(properties, { additionalProperties: false });
